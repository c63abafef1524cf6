import { createHash } from "node:crypto";
import type { CompleteSnapshotRequest, CompleteSnapshotResponse } from "@aws-sdk/client-ebs";
import type { BlockMap } from "../world/blocks.ts";
import type { Call } from "../world/call.ts";
import { invalid } from "./errors.ts";
import { pending } from "./find.ts";

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_CompleteSnapshot.html */
export function completeSnapshot(call: Call, input: CompleteSnapshotRequest): CompleteSnapshotResponse {
    const snapshot = pending(call, input.SnapshotId!);
    const written = call.world.blocks.written(snapshot.id);
    if (written.size !== input.ChangedBlocksCount) {
        const counts = `${input.ChangedBlocksCount}, but ${written.size} blocks were written`;
        throw invalid("INVALID_PARAMETER_VALUE", `ChangedBlocksCount is ${counts}`);
    }
    checkChecksum(input, written);
    snapshot.completesAt = call.now + call.world.settings.snapshotCompletionMs;
    return { Status: "pending" };
}

function checkChecksum(input: CompleteSnapshotRequest, written: BlockMap): void {
    const { Checksum, ChecksumAlgorithm, ChecksumAggregationMethod } = input;
    const given = [Checksum, ChecksumAlgorithm, ChecksumAggregationMethod].filter((part) => part !== undefined);
    if (given.length === 0) {
        return;
    }
    if (given.length < 3) {
        throw invalid("INVALID_PARAMETER_VALUE", "A checksum comes with its algorithm and its aggregation method");
    }
    const linear = createHash("sha256");
    written.forEach((hash) => linear.update(Buffer.from(hash, "hex")));
    if (linear.digest("base64") !== Checksum) {
        throw invalid("INVALID_PARAMETER_VALUE", "The checksum is not that of the blocks' checksums");
    }
}
