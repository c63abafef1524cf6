import type {
    CreateVolumePermission,
    DeleteSnapshotRequest,
    DescribeSnapshotAttributeRequest,
    DescribeSnapshotAttributeResult,
    ModifySnapshotAttributeRequest,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { defaultKey } from "../../world/encryption.ts";
import type { Snapshot } from "../../world/tables.ts";
import { findOwn, SNAPSHOT } from "../query/find.ts";
import { shared } from "../query/sharing.ts";
import { imagesWith } from "../images/uses.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
export function deleteSnapshot(call: Call, { SnapshotId }: DeleteSnapshotRequest): object {
    const snapshot = findOwn(call, SNAPSHOT, call.world.tables.snapshots, SnapshotId!);
    const [image] = imagesWith(call.world, snapshot.id);
    if (image !== undefined) {
        throw new Failure("InvalidSnapshot.InUse", `The snapshot ${snapshot.id} is currently in use by ${image.id}`);
    }
    removeSnapshot(call, snapshot);
    return {};
}

export function removeSnapshot({ world, now }: Call, { id }: Snapshot): void {
    const copies = [...world.tables.snapshots.values()].filter(
        ({ copiedFrom, completesAt }) => copiedFrom === id && completesAt! > now,
    );
    copies.flatMap((copy) => imagesWith(world, copy.id)).forEach((image) => (image.failed = true));
    world.tables.snapshots.delete(id);
    world.blocks.remove(id);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html */
export function modifySnapshotAttribute(call: Call, input: ModifySnapshotAttributeRequest): object {
    const snapshot = findOwn(call, SNAPSHOT, call.world.tables.snapshots, input.SnapshotId!);
    if (input.Attribute !== undefined && input.Attribute !== "createVolumePermission") {
        throw new Failure("InvalidParameterValue", `The attribute ${input.Attribute} cannot be modified`);
    }
    const after = shared(snapshot.sharedWith, changesOf(input));
    if (after.length > 0 && snapshot.kmsKeyArn === defaultKey(snapshot)) {
        const message = "Snapshots encrypted with the AWS managed key cannot be shared";
        throw new Failure("InvalidParameter", message);
    }
    if (after.includes("all") && snapshot.kmsKeyArn !== undefined) {
        throw new Failure("OperationNotPermitted", "Encrypted snapshots cannot be made public");
    }
    snapshot.sharedWith = after;
    return {};
}

function changesOf(input: ModifySnapshotAttributeRequest): {
    readonly Add?: CreateVolumePermission[] | undefined;
    readonly Remove?: CreateVolumePermission[] | undefined;
} {
    const plain = [
        ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
        ...(input.GroupNames ?? []).map((group) => ({ Group: group as "all" })),
    ];
    if (plain.length === 0) {
        return input.CreateVolumePermission ?? {};
    }
    return input.OperationType === "remove" ? { Remove: plain } : { Add: plain };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html */
export function describeSnapshotAttribute(
    call: Call,
    { SnapshotId, Attribute }: DescribeSnapshotAttributeRequest,
): DescribeSnapshotAttributeResult {
    const snapshot = findOwn(call, SNAPSHOT, call.world.tables.snapshots, SnapshotId!);
    return Attribute === "createVolumePermission"
        ? {
              SnapshotId: snapshot.id,
              CreateVolumePermissions: snapshot.sharedWith.map((who) =>
                  who === "all" ? { Group: "all" } : { UserId: who },
              ),
          }
        : { SnapshotId: snapshot.id, ProductCodes: [] };
}
