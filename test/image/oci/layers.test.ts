import { readdirSync, writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { makeBlob, makeImage, makeLayer, type MadeLayer, packLayer } from "../../support/oci-image";
import { layoutTar, writeLayout } from "../../support/oci-layout";
import { closeWorld, failureOf, fakeEnvironment, localSource, open, tarsOf, temporaryDirectory } from "./support/world";

afterAll(closeWorld);

const env = fakeEnvironment();
const tar = makeLayer([{ name: "a", body: "a".repeat(5000) }], "none").bytes;
const gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
const zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
const plain = "application/vnd.oci.image.layer.v1.tar";

function layerOf(bytes: Buffer, mediaType: string): MadeLayer {
    return { ...makeBlob(bytes, mediaType), diffId: packLayer(tar, "none").diffId };
}

function openLayers(...layers: readonly MadeLayer[]) {
    const location = writeLayout(temporaryDirectory(), { "": makeImage({ layers }) });
    return open(localSource("layout", location), env);
}

const half = tar.length >> 1;

test.each<[string, Buffer, string]>([
    ["gzip", gzipSync(tar), gzip],
    ["zstd", zstdCompressSync(tar), zstd],
    ["no compression", tar, plain],
    ["gzip in several members", Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]), gzip],
    [
        "zstd in several frames",
        Buffer.concat([zstdCompressSync(tar.subarray(0, half)), zstdCompressSync(tar.subarray(half))]),
        zstd,
    ],
    [
        "zstd behind a skippable frame",
        Buffer.concat([Buffer.from("502a4d1803000000010203", "hex"), zstdCompressSync(tar)]),
        zstd,
    ],
    ["gzip that is called zstd", gzipSync(tar), zstd],
    ["zstd that is called a tar", zstdCompressSync(tar), plain],
    ["a tar that is called gzip", tar, gzip],
])("a layer with %s is its tar", async (_, bytes, mediaType) => {
    const image = await openLayers(layerOf(bytes, mediaType));
    expect(image.layers[0]).toMatchObject({ sizeBytes: bytes.length, mediaType });
    expect((await tarsOf(image))[0]?.equals(tar)).toBe(true);
    expect((await tarsOf(image))[0]?.equals(tar)).toBe(true);
});

test.each<[string, Buffer, string]>([
    ["of three bytes", Buffer.from("abc"), "OciLayer"],
    ["cut short", gzipSync(tar).subarray(0, 40), "OciLayer"],
    ["that goes on", Buffer.concat([tar, tar]), "OciDigest"],
    ["of nothing", Buffer.alloc(0), "OciDigest"],
    ["that unpacks to something else", gzipSync("else"), "OciDigest"],
])("a layer %s is an error at its end", async (_, bytes, code) => {
    expect(await failureOf(openLayers(layerOf(bytes, gzip)).then(tarsOf))).toMatchObject({ code });
});

test("every flipped bit of an archive's layer is found", async () => {
    const layer = packLayer(tar, "gzip");
    const archive = layoutTar({ "": makeImage({ layers: [layer] }) });
    const start = archive.indexOf(layer.bytes);
    const location = `${temporaryDirectory()}/image.tar`;
    for (let at = 0; at < layer.bytes.length; at += 7) {
        const damaged = Buffer.from(archive);
        damaged[start + at] = (damaged[start + at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(location, damaged);
        const failure = await failureOf(open(localSource("layout", location), env).then(tarsOf));
        expect(failure).toMatchObject({ code: "OciDigest" });
    }
});

(process.platform === "linux" ? describe : describe.skip)("reading a layer half (where /proc tells)", () => {
    test("closes its file", async () => {
        const openFiles = () => readdirSync("/proc/self/fd").length;
        const image = await openLayers(packLayer(Buffer.concat([tar, Buffer.alloc(1 << 22)]), "gzip"));
        const before = openFiles();
        for (let round = 0; round < 20; round++) {
            for await (const _ of image.layers[0]?.open() ?? []) {
                break;
            }
        }
        for (let waits = 0; openFiles() > before + 5 && waits < 100; waits++) {
            await new Promise((done) => setTimeout(done, 50));
        }
        expect(openFiles()).toBeLessThanOrEqual(before + 5);
    });
});
