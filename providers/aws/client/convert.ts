import type * as ec2 from "@aws-sdk/client-ec2";
import type { LaunchPermissions, MachineImage, Snapshot } from "../image/calls";
import { tagsOf } from "./requests";

export function snapshot(given: ec2.Snapshot): Snapshot {
    return {
        id: given.SnapshotId ?? "",
        state: given.State ?? "",
        account: given.OwnerId ?? "",
        sizeGiB: given.VolumeSize ?? 0,
        encrypted: given.Encrypted === true,
        started: given.StartTime?.getTime() ?? 0,
        tags: tagsOf(given.Tags),
        ...(given.StateMessage === undefined ? {} : { reason: given.StateMessage }),
        ...(given.KmsKeyId === undefined ? {} : { kmsKey: given.KmsKeyId }),
    };
}

export function machineImage(given: ec2.Image): MachineImage {
    const mappings = given.BlockDeviceMappings ?? [];
    return {
        id: given.ImageId ?? "",
        name: given.Name ?? "",
        state: given.State ?? "",
        description: given.Description ?? "",
        architecture: given.Architecture ?? "",
        snapshots: mappings.flatMap(({ Ebs }) => (Ebs?.SnapshotId === undefined ? [] : [Ebs.SnapshotId])),
        created: Date.parse(given.CreationDate ?? "") || 0,
        tags: tagsOf(given.Tags),
        ...(given.StateReason?.Message === undefined ? {} : { reason: given.StateReason.Message }),
        ...(given.DeprecationTime === undefined ? {} : { deprecateAt: given.DeprecationTime }),
    };
}

export function permissionsOf(given: readonly ec2.LaunchPermission[]): LaunchPermissions {
    const all = (pick: (permission: ec2.LaunchPermission) => string | undefined): string[] =>
        given
            .map(pick)
            .filter((value) => value !== undefined)
            .toSorted();
    return {
        accounts: all(({ UserId }) => UserId),
        organizations: all(({ OrganizationArn }) => OrganizationArn),
        organizationalUnits: all(({ OrganizationalUnitArn }) => OrganizationalUnitArn),
        public: given.some(({ Group }) => Group === "all"),
    };
}
