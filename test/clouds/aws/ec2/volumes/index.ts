import type { Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { attachVolume, detachVolume } from "./attach.ts";
import { createVolume, deleteVolume, modifyVolume } from "./change.ts";
import { describeVolumes, describeVolumesModifications } from "./describe.ts";
import { volumeState } from "./state.ts";

export const volumeOperations: Operations = {
    CreateVolume: changes(createVolume, [
        "AvailabilityZone",
        "Size",
        "SnapshotId",
        "VolumeType",
        "Iops",
        "Throughput",
        "Encrypted",
        "KmsKeyId",
        "ClientToken",
        "TagSpecifications",
    ]),
    AttachVolume: changes(attachVolume, ["VolumeId", "InstanceId", "Device"]),
    DetachVolume: changes(detachVolume, ["VolumeId", "InstanceId", "Device", "Force"]),
    DeleteVolume: changes(deleteVolume, ["VolumeId"]),
    ModifyVolume: changes(modifyVolume, ["VolumeId", "Size", "VolumeType", "Iops", "Throughput"]),
    DescribeVolumes: reads(describeVolumes, ["VolumeIds", "Filters", "MaxResults", "NextToken"]),
    DescribeVolumesModifications: reads(describeVolumesModifications, [
        "VolumeIds",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
};

export function existingVolumes({ tables }: World, now: number): [string, Resource, string][] {
    return [...tables.volumes.values()].map((volume) => ["volume", volume, volumeState(volume, now)]);
}
