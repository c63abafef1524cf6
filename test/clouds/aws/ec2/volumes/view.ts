import type { Volume as VolumeView, VolumeAttachment, VolumeModification } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import type { Attachment, Volume } from "../../world/tables.ts";
import { tagList } from "../tags/tag-set.ts";
import { attachmentState, volumeState } from "./state.ts";

export function volumeView(call: Call, volume: Volume): VolumeView {
    const { attachment, kmsKeyArn } = volume;
    return {
        VolumeId: volume.id,
        Size: volume.sizeGib,
        ...volume.kind,
        SnapshotId: volume.snapshotId ?? "",
        AvailabilityZone: volume.zone,
        State: volumeState(volume, call.now),
        CreateTime: new Date(volume.createdAt),
        Encrypted: kmsKeyArn !== undefined,
        ...(kmsKeyArn !== undefined && { KmsKeyId: kmsKeyArn }),
        MultiAttachEnabled: false,
        Attachments: attachment === undefined ? [] : [attachmentView(call, volume, attachment)],
        Tags: tagList(volume.tags),
    };
}

export function attachmentView(call: Call, volume: Volume, attachment: Attachment): VolumeAttachment {
    return {
        VolumeId: volume.id,
        InstanceId: attachment.instanceId,
        Device: attachment.device,
        State: attachmentState(attachment, call.now),
        AttachTime: new Date(attachment.since),
        DeleteOnTermination: attachment.deleteOnTermination,
    };
}

export function modificationView({ now }: Call, volume: Volume): VolumeModification[] {
    const { modification, kind, sizeGib } = volume;
    if (modification === undefined) {
        return [];
    }
    const { from, at, doneAt } = modification;
    const done = now >= doneAt;
    // The size is there before all of it is as fast as it will be.
    const isThere = now >= (at + doneAt) / 2;
    return [
        {
            VolumeId: volume.id,
            ModificationState: done ? "completed" : isThere ? "optimizing" : "modifying",
            Progress: done ? 100 : isThere ? 50 : 0,
            StartTime: new Date(at),
            ...(done && { EndTime: new Date(doneAt) }),
            OriginalSize: from.sizeGib,
            OriginalVolumeType: from.VolumeType,
            ...(from.Iops !== undefined && { OriginalIops: from.Iops }),
            ...(from.Throughput !== undefined && { OriginalThroughput: from.Throughput }),
            TargetSize: sizeGib,
            TargetVolumeType: kind.VolumeType,
            ...(kind.Iops !== undefined && { TargetIops: kind.Iops }),
            ...(kind.Throughput !== undefined && { TargetThroughput: kind.Throughput }),
        },
    ];
}
