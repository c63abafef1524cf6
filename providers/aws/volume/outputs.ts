import type { Properties } from "../../lifecycle/handler";
import { partitionOf } from "../resource/arn";
import { usersTags } from "../resource/tags";
import type { Volume } from "./attach-calls";
import type { Attempt } from "./environment";
import { declarable } from "./kinds";
import { gibibytesOf } from "./settings";

/** What state holds of a volume: its inputs, and where it is. */
export function outputs({ account, settings }: Attempt, { id, sizeGiB }: Volume, inputs: Properties): Properties {
    const { region } = settings;
    return { ...inputs, sizeGiB, account, arn: `arn:${partitionOf(region)}:ec2:${region}:${account}:volume/${id}` };
}

/** And what a look at it found, in the place of what was declared. */
export function found(volume: Volume, outs: Properties): Properties {
    const { size, iops: _, throughput: __, ...rest } = outs;
    const isAsDeclared = size === undefined || gibibytesOf(size) === volume.sizeGiB;
    const now = isAsDeclared ? size : `${volume.sizeGiB} GB`;
    return {
        ...rest,
        ...(now === undefined ? {} : { size: now }),
        sizeGiB: volume.sizeGiB,
        type: volume.type,
        ...declarable(volume),
        tagsAll: usersTags(volume.tags),
    };
}
