import { createHook } from "node:async_hooks";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { compress, zstdDecompress } from "../../../providers/image/codec";
import { collect, cut } from "./collect";

const text = Buffer.from(Array.from({ length: 100_000 }, (_, n) => `${n}: ${(n * 7919) % 1009}\n`).join(""));

const noise = Buffer.concat(Array.from({ length: 40_000 }, (_, n) => createHash("sha256").update(String(n)).digest()));
const zstd = (chunks: AsyncIterable<Buffer> | Iterable<Buffer>) =>
    collect(compress(chunks, { codec: "zstd", level: 3 }));

test("gzip gives the same bytes on every Node and machine", async () => {
    const packed = await collect(compress([text], { codec: "gzip", level: 6 }));
    expect(gunzipSync(packed).equals(text)).toBe(true);
    expect(packed.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
    expect(createHash("sha256").update(packed).digest("hex")).toBe(
        "3b13c77c1e6c8064c24353eb07a9d1564d1b7014aaae15e6831538b04cd1bff3",
    );
});

test("zstd gives one frame that unpacks to the content", async () => {
    for (const level of [3, 19]) {
        const packed = await collect(compress(cut(text, 1000), { codec: "zstd", level }));
        expect((await collect(zstdDecompress([packed]))).equals(text)).toBe(true);
    }
});

test.each(["zstd", "gzip"] as const)("%s: the pieces the content comes in do not show", async (codec) => {
    const whole = await collect(compress([text], { codec, level: 3 }));
    for (const sizes of [[1000], [1, 262_143], [300_000, 5]]) {
        expect((await collect(compress(cut(text, ...sizes), { codec, level: 3 }))).equals(whole)).toBe(true);
    }
});

test.each(["zstd", "gzip"] as const)("%s: nothing is something that unpacks to nothing", async (codec) => {
    const packed = await collect(compress([], { codec, level: 3 }));
    const content = codec === "gzip" ? gunzipSync(packed) : await collect(zstdDecompress([packed]));
    expect(packed.length).toBeGreaterThan(0);
    expect(content).toHaveLength(0);
});

test("a failing source is the error", async () => {
    async function* broken() {
        yield text;
        throw new Error("disk on fire");
    }
    await expect(collect(compress(broken(), { codec: "zstd", level: 3 }))).rejects.toThrow("disk on fire");
});

test("zstd: one frame says nothing of those before it, that failed or were left", async () => {
    const frame = await zstd([text]);
    async function* broken() {
        yield noise;
        throw new Error("disk on fire");
    }
    const left = async (chunks: AsyncIterable<Buffer>) => {
        for await (const _ of chunks) {
            break;
        }
    };
    for (let round = 0; round < 3; round++) {
        await expect(zstd(broken())).rejects.toThrow("disk on fire");
        await left(compress(cut(noise, 100_000), { codec: "zstd", level: 3 }));
        await left(zstdDecompress([await zstd([noise])]));
        await expect(collect(zstdDecompress([frame.subarray(0, -9)]))).rejects.toMatchObject({
            code: "CodecTruncated",
        });
        const frames = await Promise.all([zstd([text]), zstd([noise]), zstd([]), zstd(cut(text, 5000))]);
        expect(frames[0].equals(frame)).toBe(true);
        expect(frames[3].equals(frame)).toBe(true);
        const contents = await Promise.all(frames.map(async (each) => collect(zstdDecompress([each]))));
        expect(contents.map((each) => each.length)).toEqual([text.length, noise.length, 0, text.length]);
        expect(contents[1]?.equals(noise)).toBe(true);
    }
});

test("zstd: no stream is opened for each frame, whose memory would stay until garbage is collected", async () => {
    let opened = 0;
    const hook = createHook({ init: (_, type) => void (opened += type === "ZLIB" ? 1 : 0) }).enable();
    for (let frame = 0; frame < 20; frame++) {
        await collect(compress([text], { codec: "zstd", level: 4 }));
    }
    hook.disable();
    expect(opened).toBe(1);
});
