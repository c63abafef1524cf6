import type { Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import { deleteSnapshot, describeSnapshotAttribute, modifySnapshotAttribute } from "./change.ts";
import { createSnapshot } from "./create.ts";
import { describeSnapshots } from "./describe.ts";

export const snapshotOperations: Operations = {
    DescribeSnapshots: reads(describeSnapshots, [
        "SnapshotIds",
        "OwnerIds",
        "RestorableByUserIds",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
    CreateSnapshot: changes(createSnapshot, ["VolumeId", "Description", "TagSpecifications"]),
    DeleteSnapshot: changes(deleteSnapshot, ["SnapshotId"]),
    ModifySnapshotAttribute: changes(modifySnapshotAttribute, [
        "SnapshotId",
        "Attribute",
        "CreateVolumePermission",
        "OperationType",
        "UserIds",
        "GroupNames",
    ]),
    DescribeSnapshotAttribute: reads(describeSnapshotAttribute, ["SnapshotId", "Attribute"]),
};
