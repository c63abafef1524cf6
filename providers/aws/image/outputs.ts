import type { Properties } from "../../lifecycle/handler";
import type { Attempt } from "./attempt";
import type { LaunchPermissions, MachineImage } from "./calls";
import { partitionOf } from "../resource/arn";
import { usersTags } from "../resource/tags";
import { minuteOf } from "./reconcile";

/** What state holds of a made image: its inputs, and where it is. */
export function outputs({ account, settings }: Attempt, image: MachineImage, inputs: Properties): Properties {
    return {
        ...inputs,
        name: image.name,
        account,
        arn: `arn:${partitionOf(settings.region)}:ec2:${settings.region}::image/${image.id}`,
        snapshotIds: image.snapshots,
    };
}

/** And what a look at it found, in the place of what was declared. */
export function found(image: MachineImage, permissions: LaunchPermissions, outs: Properties): Properties {
    const declared = outs["deprecateAt"] as string | undefined;
    const { deprecateAt: _, ...rest } = outs;
    const isAsDeclared = minuteOf(image.deprecateAt) === minuteOf(declared);
    const deprecateAt = isAsDeclared ? declared : image.deprecateAt;
    return {
        ...rest,
        description: image.description,
        tagsAll: usersTags(image.tags),
        launchPermissions: permissions,
        ...(deprecateAt === undefined ? {} : { deprecateAt }),
        snapshotIds: image.snapshots,
    };
}
