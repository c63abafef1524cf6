import type { Codec, CompressOptions } from "../codec";
import type { Compression } from "../plan";

/** Level 19 with its own chain log of 24 takes 32 MB more memory for 0.2 % in size. */
const levels = {
    fast: { zstd: { codec: "zstd", level: 3 }, gzip: { codec: "gzip", level: 6 } },
    smallest: { zstd: { codec: "zstd", level: 19, chainLog: 23 }, gzip: { codec: "gzip", level: 9 } },
} as const satisfies Record<Compression, Record<Codec, CompressOptions>>;

export function compressionOf(compression: Compression, codec: Codec): CompressOptions {
    return levels[compression][codec];
}

/** The best that a kernel can unpack, by the options it was built with. */
export function codecOf(kernelConfig: Readonly<Record<string, string>>): Codec {
    return kernelConfig["RD_ZSTD"] === "y" ? "zstd" : "gzip";
}
