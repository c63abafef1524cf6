import { createHash } from "node:crypto";
import type { PutSnapshotBlockRequest, PutSnapshotBlockResponse } from "@aws-sdk/client-ebs";
import { BLOCK_BYTES } from "../world/blocks.ts";
import type { Call } from "../world/call.ts";
import { invalid } from "./errors.ts";
import { pending } from "./find.ts";

const GIB = 2 ** 30;

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_PutSnapshotBlock.html */
export async function putSnapshotBlock(call: Call, input: PutSnapshotBlockRequest): Promise<PutSnapshotBlockResponse> {
    const snapshot = pending(call, input.SnapshotId!);
    const data = input.BlockData as unknown as Buffer;
    const index = input.BlockIndex!;
    if (index >= (snapshot.volumeSize * GIB) / BLOCK_BYTES) {
        throw invalid("INVALID_BLOCK", `Block ${index} lies beyond the volume of ${snapshot.volumeSize} GiB`);
    }
    if (input.DataLength !== BLOCK_BYTES || data.length !== BLOCK_BYTES) {
        const sizes = `DataLength ${input.DataLength}, ${data.length} bytes of data`;
        throw invalid("INVALID_PARAMETER_VALUE", `A block has ${BLOCK_BYTES} bytes, not ${sizes}`);
    }
    if (createHash("sha256").update(data).digest("base64") !== input.Checksum) {
        throw invalid("INVALID_BLOCK", `The checksum of block ${index} is not that of its data`);
    }
    await call.world.blocks.write(snapshot.id, index, data, () => pending(call, snapshot.id));
    snapshot.lastActivityAt = call.now;
    return { Checksum: input.Checksum, ChecksumAlgorithm: "SHA256" };
}
