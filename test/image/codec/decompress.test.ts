import { gzipSync, zstdCompressSync } from "node:zlib";

import { gunzip, zstdDecompress } from "../../../providers/image/codec";
import { collect, cut } from "./collect";

const text = Buffer.from(Array.from({ length: 50_000 }, (_, n) => `line ${n} of a text\n`).join(""));

test("gunzip unpacks every member", async () => {
    const members = Buffer.concat([gzipSync(text), gzipSync("and more")]);
    expect((await collect(gunzip(cut(members, 1000, 3)))).toString()).toBe(`${text.toString()}and more`);
});

test("zstdDecompress unpacks every frame and leaves out skippable ones", async () => {
    const skippable = Buffer.from("5a2a4d1805000000" + "0102030405", "hex");
    const frames = Buffer.concat([zstdCompressSync(text), skippable, zstdCompressSync("and more")]);
    expect((await collect(zstdDecompress(cut(frames, 1, 4096)))).toString()).toBe(`${text.toString()}and more`);
});

test("zstdDecompress follows frames with a content size and a checksum", async () => {
    const { constants } = await import("node:zlib");
    for (const content of [Buffer.alloc(0), Buffer.alloc(100), Buffer.alloc(1000, "ab"), text]) {
        const frame = zstdCompressSync(content, {
            pledgedSrcSize: content.length,
            params: { [constants.ZSTD_c_checksumFlag]: 1 },
        });
        expect((await collect(zstdDecompress(cut(frame, 5)))).equals(content)).toBe(true);
    }
});

describe("a damaged stream is an error", () => {
    const gzip = gzipSync(text);
    const zstd = zstdCompressSync(text);

    test.each([1, 5, 20, gzip.length >> 1, gzip.length - 1])("gzip cut after %i bytes", async (length) => {
        await expect(collect(gunzip([gzip.subarray(0, length)]))).rejects.toMatchObject({ code: "CodecDamaged" });
    });

    test.each([1, 4, 6, 20, zstd.length >> 1, zstd.length - 1])("zstd cut after %i bytes", async (length) => {
        await expect(collect(zstdDecompress([zstd.subarray(0, length)]))).rejects.toMatchObject({
            code: "CodecTruncated",
        });
    });

    test("bytes that are no frame", async () => {
        await expect(collect(zstdDecompress([Buffer.from("nonsense")]))).rejects.toMatchObject({
            code: "CodecDamaged",
        });
    });

    test("a frame whose blocks make no sense", async () => {
        const bytes = Buffer.from(zstd);
        bytes.fill(0xff, 12, 40);
        await expect(collect(zstdDecompress([bytes]))).rejects.toMatchObject({ code: "CodecDamaged" });
    });
});
