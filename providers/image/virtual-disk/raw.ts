import { MIB } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { blocksOf, type DiskBlock } from "./blocks";

const ZERO_MIB = Buffer.alloc(MIB);

/** A disk byte by byte; `observe` sees the blocks of 1 MiB that hold data. */
export async function* rawDisk(
    disk: SparseDisk,
    observe: (block: DiskBlock) => void,
): AsyncGenerator<Buffer, void, undefined> {
    let position = 0;
    for await (const block of blocksOf(disk, MIB)) {
        observe(block);
        const offset = block.index * MIB;
        yield* zeros(offset - position);
        const bytes = block.bytes.subarray(0, disk.sizeBytes - offset);
        yield bytes;
        position = offset + bytes.length;
    }
    yield* zeros(disk.sizeBytes - position);
}

function* zeros(length: number): Generator<Buffer, void, undefined> {
    for (let left = length; left > 0; left -= MIB) {
        yield ZERO_MIB.subarray(0, left);
    }
}
