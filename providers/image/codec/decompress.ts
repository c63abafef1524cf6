import { createGunzip } from "node:zlib";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Chunks } from "./bytes";
import { through } from "./transform";
import { decompressFrame } from "./zstd-engines";
import { splitFrames } from "./zstd-frames";

const CHUNK_BYTES = 1 << 19;

/** Every member of a gzip stream; a truncated or damaged one is an error. */
export async function* gunzip(source: Chunks): AsyncGenerator<Buffer, void, undefined> {
    yield* named("gzip", through(source, createGunzip({ chunkSize: CHUNK_BYTES }), CHUNK_BYTES));
}

/**
 * Every frame of a zstd stream. Node's own decompressor stops after the first frame and takes a truncated one for whole,
 * so the frames are told apart and followed to their ends here (RFC 8878). Blocks, of 128 KiB at most, go there together:
 * each step is a change of threads.
 */
export async function* zstdDecompress(source: Chunks): AsyncGenerator<Buffer, void, undefined> {
    for await (const frame of splitFrames(source)) {
        yield* named("zstd", decompressFrame(frame, { chunkSize: CHUNK_BYTES }, CHUNK_BYTES));
    }
}

async function* named(codec: string, chunks: Chunks): AsyncGenerator<Buffer, void, undefined> {
    try {
        yield* chunks;
    } catch (cause) {
        const { code, message } = cause as { code?: unknown; message?: unknown };
        if (typeof code === "string" && /^(Z_|ZSTD_|ERR__ZSTD_)/.test(code)) {
            const text = `a ${codec} stream is damaged: ${String(message)}`;
            throw new LinuxKitError("CodecDamaged", text, { codec }, { cause });
        }
        throw cause;
    }
}
