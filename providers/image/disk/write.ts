import type { FileHandle } from "node:fs/promises";

import { MIB } from "./bytes";
import type { Payload } from "./input";
import type { SparseDisk } from "./sparse";

const zeros = Buffer.alloc(MIB);

/** A disk as a stream of all its bytes, zeros included. */
export function bytesOf(disk: SparseDisk): Payload {
    return { sizeBytes: disk.sizeBytes, chunks: () => everyByte(disk) };
}

async function* everyByte(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    let position = 0;
    for await (const { offset, bytes } of disk.extents()) {
        yield* zerosOf(offset - position);
        yield bytes;
        position = offset + bytes.length;
    }
    yield* zerosOf(disk.sizeBytes - position);
}

function* zerosOf(length: number): Generator<Buffer, void, undefined> {
    for (let left = length; left > 0; left -= zeros.length) {
        yield zeros.subarray(0, Math.min(left, zeros.length));
    }
}

/** Writes a disk to an empty file, with holes where it is zero and the file system has holes. */
export async function writeSparse(disk: SparseDisk, file: FileHandle): Promise<void> {
    await file.truncate(disk.sizeBytes);
    for await (const { offset, bytes } of disk.extents()) {
        for (let written = 0; written < bytes.length;) {
            const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
            written += bytesWritten;
        }
    }
}
