import type {
    DescribeVolumesModificationsRequest,
    DescribeVolumesModificationsResult,
    DescribeVolumesRequest,
    DescribeVolumesResult,
} from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import type { Volume } from "../../world/tables.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { select, VOLUME } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { attachmentState, volumeState } from "./state.ts";
import { modificationView, volumeView } from "./view.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export function describeVolumes(call: Call, input: DescribeVolumesRequest): DescribeVolumesResult {
    const found = filtered(own(call, input.VolumeIds), input.Filters, fields(call));
    const { page, NextToken } = paged(found, input, input.VolumeIds);
    return { Volumes: page.map((volume) => volumeView(call, volume)), ...(NextToken !== undefined && { NextToken }) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html */
export function describeVolumesModifications(
    call: Call,
    input: DescribeVolumesModificationsRequest,
): DescribeVolumesModificationsResult {
    const modified = own(call, input.VolumeIds).filter(({ modification }) => modification !== undefined);
    const { page, NextToken } = paged(
        filtered(modified, input.Filters, modificationFields(call)),
        input,
        input.VolumeIds,
    );
    return {
        VolumesModifications: page.flatMap((volume) => modificationView(call, volume)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

function modificationFields(call: Call): FilterFields<Volume> {
    return {
        "volume-id": ({ id }) => id,
        "modification-state": (volume) => modificationView(call, volume)[0]?.ModificationState,
        "original-size": ({ modification }) => modification?.from.sizeGib,
        "target-size": ({ sizeGib }) => sizeGib,
    };
}

function own(call: Call, ids: readonly string[] | undefined): Volume[] {
    return select(call, VOLUME, call.world.tables.volumes, ids, ({ account }) => account === call.account);
}

function fields({ now }: Call): FilterFields<Volume> {
    return {
        "volume-id": ({ id }) => id,
        "snapshot-id": ({ snapshotId }) => snapshotId,
        "availability-zone": ({ zone }) => zone,
        size: ({ sizeGib }) => sizeGib,
        status: (volume) => volumeState(volume, now),
        "volume-type": ({ kind }) => kind.VolumeType,
        encrypted: ({ kmsKeyArn }) => kmsKeyArn !== undefined,
        "create-time": ({ createdAt }) => new Date(createdAt).toISOString(),
        "attachment.instance-id": ({ attachment }) => attachment?.instanceId,
        "attachment.device": ({ attachment }) => attachment?.device,
        "attachment.status": ({ attachment }) => attachment && attachmentState(attachment, now),
        "attachment.delete-on-termination": ({ attachment }) => attachment?.deleteOnTermination,
    };
}
