import { type Hash, createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

import type { SparseDisk } from "../disk";
import type * as diskModule from "../disk";
import type { Artifact } from "../plan";
import { fileChunks } from "../store/file-chunks";
import type { Sink } from "./format";

/** An image can hold secrets. */
const OWNER_ONLY = 0o600;
const zeros = Buffer.alloc(1 << 20);

/** A sink that writes files, and what it wrote, by the part. */
export interface DraftSink extends Sink {
    readonly written: ReadonlyMap<string, Artifact>;
}

/** Fills an open file and tells its size. */
type Task = (file: FileHandle, hash: Hash, path: string) => Promise<number>;

/** Writes each part into the file that `fileOf` names, whatever stands there. */
export function draftSink(fileOf: (part: string) => string, signal: AbortSignal): DraftSink {
    const written = new Map<string, Artifact>();
    const write = async (part: string, task: Task): Promise<void> => {
        const hash = createHash("sha256");
        const path = fileOf(part);
        const file = await open(path, "w", OWNER_ONLY);
        try {
            const sizeBytes = await task(file, hash, path);
            await file.sync();
            written.set(part, { sizeBytes, sha256: hash.digest("hex") });
        } finally {
            await file.close();
        }
    };
    return {
        written,
        stream: (part, chunks) => write(part, (file, hash) => writeStream(file, hash, chunks, signal)),
        disk: (part, disk) => write(part, (file, hash) => writeDisk(file, hash, disk, signal)),
        program: (part, run) =>
            write(part, async (_, hash, path) => {
                await run(path, signal);
                return hashFile(path, hash);
            }),
    };
}

async function writeStream(
    file: FileHandle,
    hash: Hash,
    chunks: AsyncIterable<Buffer>,
    signal: AbortSignal,
): Promise<number> {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
        signal.throwIfAborted();
        hash.update(chunk);
        await file.writeFile(chunk);
        sizeBytes += chunk.length;
    }
    return sizeBytes;
}

async function hashFile(path: string, hash: Hash): Promise<number> {
    let sizeBytes = 0;
    for await (const chunk of fileChunks(path, { highWaterMark: zeros.length })) {
        hash.update(chunk);
        sizeBytes += chunk.length;
    }
    return sizeBytes;
}

async function writeDisk(file: FileHandle, hash: Hash, disk: SparseDisk, signal: AbortSignal): Promise<number> {
    let position = 0;
    const advance = (end: number): void => {
        for (; position < end; position += Math.min(zeros.length, end - position)) {
            hash.update(zeros.subarray(0, end - position));
        }
    };
    const observed: SparseDisk = {
        sizeBytes: disk.sizeBytes,
        async *extents() {
            for await (const extent of disk.extents()) {
                signal.throwIfAborted();
                advance(extent.offset);
                hash.update(extent.bytes);
                position += extent.bytes.length;
                yield extent;
            }
        },
    };
    const { writeSparse } = require("../disk") as typeof diskModule;
    await writeSparse(observed, file);
    advance(disk.sizeBytes);
    return disk.sizeBytes;
}
