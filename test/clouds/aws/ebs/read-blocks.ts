import type {
    GetSnapshotBlockRequest,
    ListChangedBlocksRequest,
    ListChangedBlocksResponse,
    ListSnapshotBlocksRequest,
    ListSnapshotBlocksResponse,
} from "@aws-sdk/client-ebs";
import { BLOCK_BYTES } from "../world/blocks.ts";
import type { BlockMap } from "../world/blocks.ts";
import type { Call } from "../world/call.ts";
import type { Snapshot } from "../world/tables.ts";
import { invalid } from "./errors.ts";
import { completed } from "./find.ts";
import { makeToken, readToken, TOKEN_LIFE_MS } from "./tokens.ts";

const MOST_RESULTS = 10_000;

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html */
export function listSnapshotBlocks(call: Call, input: ListSnapshotBlocksRequest): ListSnapshotBlocksResponse {
    const snapshot = completed(call, input.SnapshotId!);
    const blocks = call.world.blocks.all(snapshot.id);
    const { indexes, NextToken } = page(call, input, [snapshot.id], [...blocks.keys()]);
    return {
        Blocks: indexes.map((BlockIndex) => ({
            BlockIndex,
            BlockToken: blockToken(call, snapshot, BlockIndex),
        })),
        ...listEnd(call, snapshot),
        ...(NextToken !== undefined && { NextToken }),
    };
}

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListChangedBlocks.html */
export function listChangedBlocks(call: Call, input: ListChangedBlocksRequest): ListChangedBlocksResponse {
    if (input.FirstSnapshotId === undefined) {
        throw invalid("INVALID_PARAMETER_VALUE", "FirstSnapshotId is missing");
    }
    const first = completed(call, input.FirstSnapshotId);
    const second = completed(call, input.SecondSnapshotId!);
    if (first.lineage !== second.lineage) {
        throw invalid("UNRELATED_SNAPSHOTS", `${first.id} and ${second.id} are not of one line`);
    }
    const before = call.world.blocks.all(first.id);
    const after = call.world.blocks.all(second.id);
    const { indexes, NextToken } = page(call, input, [first.id, second.id], changed(before, after));
    return {
        ChangedBlocks: indexes.map((BlockIndex) => ({
            BlockIndex,
            ...(before.has(BlockIndex) && { FirstBlockToken: blockToken(call, first, BlockIndex) }),
            ...(after.has(BlockIndex) && { SecondBlockToken: blockToken(call, second, BlockIndex) }),
        })),
        ...listEnd(call, second),
        ...(NextToken !== undefined && { NextToken }),
    };
}

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_GetSnapshotBlock.html */
export function getSnapshotBlock(call: Call, input: GetSnapshotBlockRequest): Record<string, unknown> {
    const snapshot = completed(call, input.SnapshotId!);
    const index = input.BlockIndex!;
    readToken(input.BlockToken!, ["block", snapshot.id, index], call.now, "INVALID_BLOCK_TOKEN");
    const hash = call.world.blocks.hashOf(snapshot.id, index)!;
    return {
        DataLength: BLOCK_BYTES,
        BlockData: call.world.blocks.read(hash),
        Checksum: Buffer.from(hash, "hex").toString("base64"),
        ChecksumAlgorithm: "SHA256",
    };
}

function changed(before: BlockMap, after: BlockMap): number[] {
    return [...new Set([...before.keys(), ...after.keys()])]
        .filter((index) => before.get(index) !== after.get(index))
        .toSorted((one, other) => one - other);
}

function page(
    call: Call,
    { NextToken, StartingBlockIndex = 0, MaxResults = MOST_RESULTS }: Omit<ListSnapshotBlocksRequest, "SnapshotId">,
    of: readonly string[],
    all: readonly number[],
): { indexes: number[]; NextToken?: string } {
    const start =
        NextToken === undefined
            ? StartingBlockIndex
            : Number(readToken(NextToken, ["page", ...of], call.now, "INVALID_PAGE_TOKEN")[0]);
    const rest = all.filter((index) => index >= start);
    const indexes = rest.slice(0, MaxResults);
    const next = rest[MaxResults];
    return next === undefined
        ? { indexes }
        : { indexes, NextToken: makeToken(["page", ...of, next], call.now + TOKEN_LIFE_MS) };
}

function blockToken({ now }: Call, { id }: Snapshot, index: number): string {
    return makeToken(["block", id, index], now + TOKEN_LIFE_MS);
}

function listEnd({ now }: Call, { volumeSize }: Snapshot): { ExpiryTime: Date; VolumeSize: number; BlockSize: number } {
    return { ExpiryTime: new Date(now + TOKEN_LIFE_MS), VolumeSize: volumeSize, BlockSize: BLOCK_BYTES };
}
