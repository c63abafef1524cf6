import type { Operations } from "../world/call.ts";
import { changes, reads } from "../world/call.ts";
import { completeSnapshot } from "./complete-snapshot.ts";
import { putSnapshotBlock } from "./put-block.ts";
import { getSnapshotBlock, listChangedBlocks, listSnapshotBlocks } from "./read-blocks.ts";
import { startSnapshot } from "./start-snapshot.ts";

const LIST = ["NextToken", "MaxResults", "StartingBlockIndex"] as const;
const CHECKSUM = ["Checksum", "ChecksumAlgorithm"] as const;

/** EBS direct. A put is kept by itself: state is not written anew for each. */
export const ebsOperations: Operations = {
    StartSnapshot: changes(startSnapshot, [
        "VolumeSize",
        "ParentSnapshotId",
        "Tags",
        "Description",
        "ClientToken",
        "Encrypted",
        "KmsKeyArn",
        "Timeout",
    ]),
    PutSnapshotBlock: reads(putSnapshotBlock, [
        "SnapshotId",
        "BlockIndex",
        "BlockData",
        "DataLength",
        "Progress",
        ...CHECKSUM,
    ]),
    CompleteSnapshot: changes(completeSnapshot, [
        "SnapshotId",
        "ChangedBlocksCount",
        ...CHECKSUM,
        "ChecksumAggregationMethod",
    ]),
    ListSnapshotBlocks: reads(listSnapshotBlocks, ["SnapshotId", ...LIST]),
    ListChangedBlocks: reads(listChangedBlocks, ["FirstSnapshotId", "SecondSnapshotId", ...LIST]),
    GetSnapshotBlock: reads(getSnapshotBlock, ["SnapshotId", "BlockIndex", "BlockToken"]),
};
