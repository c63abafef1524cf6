import { compress } from "../../../providers/image/codec";
import { writeCpio } from "../../../providers/image/cpio";
import { readInitrd } from "../../../providers/image/initrd/read";
import { collect, cut } from "../codec/collect";
import { file, folder, stream } from "../tree/make-entries";

async function segment(codec: "zstd" | "gzip", ...paths: readonly string[]): Promise<Buffer> {
    const cpio = writeCpio(stream(folder("etc"), ...paths.map((path) => file(path, `content of ${path}`))));
    const packed = await collect(compress(cpio, { codec, level: 3 }));
    return Buffer.concat([packed, Buffer.alloc(-packed.length & 3)]);
}

async function names(bytes: Buffer, ...sizes: readonly number[]): Promise<string[]> {
    const found: string[] = [];
    for await (const { name } of readInitrd(cut(bytes, ...(sizes.length > 0 ? sizes : [4096])))) {
        found.push(name);
    }
    return found;
}

test("finds segments of both compressions, one after the other, with zeros between them", async () => {
    const initrd = Buffer.concat([
        await segment("zstd", "a"),
        await segment("gzip", "b"),
        Buffer.alloc(508),
        await segment("gzip", "c"),
        await segment("zstd", "d"),
    ]);
    for (const sizes of [[1], [5, 70], [1 << 20]]) {
        expect(await names(initrd, ...sizes)).toEqual(["etc", "a", "etc", "b", "etc", "c", "etc", "d"]);
    }
});

test("an empty initrd has no entries", async () => {
    expect(await names(Buffer.alloc(0))).toEqual([]);
});

test.each<[string, () => Promise<Buffer>]>([
    ["a segment off its alignment", async () => Buffer.concat([Buffer.alloc(2), await segment("zstd", "a")])],
    ["a segment that is cut", async () => (await segment("zstd", "a")).subarray(0, -8)],
    ["a gzip segment that is cut", async () => (await segment("gzip", "a")).subarray(0, -12)],
    ["an unknown compression", async () => Buffer.concat([await segment("zstd", "a"), Buffer.from("BZh9")])],
    ["junk between segments", async () => Buffer.concat([await segment("zstd", "a"), Buffer.from("\0\0\0x")])],
    ["one cpio over two members", async () => splitCpio()],
    ["a damaged checksum", async () => withChecksum(await segment("gzip", "a"))],
])("refuses %s", async (_, make) => {
    await expect(make().then((bytes) => names(bytes))).rejects.toMatchObject({
        code: expect.stringMatching(/^(InitrdDamaged|CpioDamaged|CodecDamaged|CodecTruncated)$/) as string,
    });
});

async function splitCpio(): Promise<Buffer> {
    const cpio = await collect(writeCpio(stream(file("a"), file("b"))));
    const halves = [cpio.subarray(0, 116), cpio.subarray(116)];
    return Buffer.concat(
        await Promise.all(halves.map((half) => collect(compress([half], { codec: "gzip", level: 1 })))),
    );
}

function withChecksum(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes.subarray(0, bytes.lastIndexOf(1)));
    return Buffer.concat([copy.fill(7, copy.length - 8), Buffer.alloc(16)]);
}
