import { constants, crc32, createDeflateRaw } from "node:zlib";

import type { Chunks } from "./bytes";
import { through } from "./transform";
import { compressFrame } from "./zstd-engines";

/** What a kernel can unpack an initrd with: every kernel takes gzip, those with CONFIG_RD_ZSTD zstd too. */
export type Codec = "zstd" | "gzip";

export interface CompressOptions {
    readonly codec: Codec;
    /** zstd 1 to 22, gzip 1 to 9. */
    readonly level: number;
    /** zstd: log2 of the entries, of four bytes, that its search may hold; absent, the level's own. */
    readonly chainLog?: number;
}

const CHUNK_BYTES = 1 << 19;
/** RFC 1952: deflate, no flags, no time, no extra flags, operating system unknown. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** One zstd frame or one gzip member. The bytes depend on the content and on Node's version of the codec alone. */
export function compress(source: Chunks, options: CompressOptions): AsyncGenerator<Buffer, void, undefined> {
    return options.codec === "zstd" ? zstd(source, options) : gzip(source, options.level);
}

/** Single-threaded on purpose: a zstd stream with nbWorkers truncates silently (nodejs/node#64593). */
function zstd(source: Chunks, options: CompressOptions): AsyncGenerator<Buffer, void, undefined> {
    const params: Record<number, number> = { [constants.ZSTD_c_compressionLevel]: options.level };
    if (options.chainLog !== undefined) {
        params[constants.ZSTD_c_chainLog] = options.chainLog;
    }
    return compressFrame(source, { chunkSize: CHUNK_BYTES, params }, CHUNK_BYTES);
}

async function* gzip(source: Chunks, level: number): AsyncGenerator<Buffer, void, undefined> {
    let checksum = 0;
    let length = 0;
    async function* observed() {
        for await (const chunk of source) {
            checksum = crc32(chunk, checksum);
            length += chunk.length;
            yield chunk;
        }
    }
    yield GZIP_HEADER;
    yield* through(observed(), createDeflateRaw({ level, chunkSize: CHUNK_BYTES }), CHUNK_BYTES);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(checksum, 0);
    trailer.writeUInt32LE(length % 2 ** 32, 4);
    yield trailer;
}
