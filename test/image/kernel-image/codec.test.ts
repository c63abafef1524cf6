import { gzipSync, zstdCompressSync } from "node:zlib";

import fc from "fast-check";

import { kernelCodec } from "../../../providers/image/kernel-image/codec";
import { kernelEvidence } from "../../../providers/image/kernel-image/evidence";
import { lookInto } from "../../../providers/image/kernel-image/look-into";
import { fakeBzImage } from "../build/support/images";

const withZstd = "# comment\nCONFIG_RD_GZIP=y\nCONFIG_RD_ZSTD=y\n";
const without = "CONFIG_RD_GZIP=y\n# CONFIG_RD_ZSTD is not set\n";

/** A kernel as it runs, with its configuration in it. */
function running(config: string | undefined, banner = ""): Buffer {
    const embedded = config === undefined ? [] : [Buffer.from("IKCFG_ST"), gzipSync(config), Buffer.from("IKCFG_ED")];
    return Buffer.concat([Buffer.alloc(3000, "code"), ...embedded, Buffer.from(banner), Buffer.alloc(3000)]);
}

/** A bzImage of protocol 2.15 around a payload: Documentation/arch/x86/boot.rst. */
function bzImage(version: string, payload: Buffer, gap = 64): Buffer {
    const kernel = Buffer.concat([fakeBzImage(version), Buffer.alloc(gap), payload, Buffer.alloc(100, 1)]);
    kernel.writeUInt32LE(4096 - 1024 + gap, 0x248);
    kernel.writeUInt32LE(payload.length, 0x24c);
    return kernel;
}

/** An EFI zboot around a payload: drivers/firmware/efi/libstub/zboot-header.S. */
function zboot(payload: Buffer): Buffer {
    const header = Buffer.alloc(0x40);
    header.write("MZ");
    header.write("zimg", 4);
    header.writeUInt32LE(0x100, 8);
    header.writeUInt32LE(payload.length, 12);
    return Buffer.concat([header, Buffer.alloc(0x100 - 0x40, 1), payload, Buffer.alloc(100, 1)]);
}

/** `running(without)`, by XZ Utils 5.4 as the kernel's build packs it for machines whose code it has no filter for. */
const packedWithXz = Buffer.from(
    [
        "/Td6WFoAAAFpIt42AgAhARoAAADMkDPp4Be5AG5dADGbyLBjKED7FThQ4vKfaInVH0HWti4em75tWTYMmTHLnjTyf9YmlatznkD2DYcZ",
        "B7PLuqukqCRC+q+OlG3X1hdmN9LUTasUAcp56JSYq2KYj5yCHoLr6A1Q1JVLKjrn3qJFHqbv/JIhyIZE0J8AAAAAEfDurQABhgG6LwAA",
        "i6UCdz4wDYsCAAAAAAFZWg==",
    ].join(""),
    "base64",
);

const size = Buffer.from([0, 0, 1, 0]);

test.each<[string, Buffer, string | undefined, "zstd" | "gzip"]>([
    ["the configuration in the image", bzImage("4.1", running(without)), withZstd, "zstd"],
    ["the same, without zstd", bzImage("6.1", gzipSync(running(withZstd))), without, "gzip"],
    ["its own configuration, packed with gzip", bzImage("4.1", gzipSync(running(withZstd))), undefined, "zstd"],
    ["the same, without zstd", bzImage("6.1", gzipSync(running(without))), undefined, "gzip"],
    [
        "one packed with zstd",
        bzImage("6.1", Buffer.concat([zstdCompressSync(running(without)), size])),
        undefined,
        "gzip",
    ],
    ["one of an Image", running(withZstd, "Linux version 4.19.0"), undefined, "zstd"],
    ["one of a packed Image", gzipSync(running(without, "Linux version 6.1.0")), undefined, "gzip"],
    ["one packed with xz", bzImage("6.1", Buffer.concat([packedWithXz, size])), undefined, "gzip"],
    ["one of a zboot, packed with gzip", zboot(gzipSync(running(withZstd))), undefined, "zstd"],
    ["one packed with zstd", zboot(zstdCompressSync(running(without, "Linux version 6.1.0"))), undefined, "gzip"],
    ["the banner of one", zboot(gzipSync(running(undefined, "Linux version 6.1.0 (root@x)"))), undefined, "zstd"],
    ["nothing of a zboot packed otherwise", zboot(running(withZstd)), undefined, "gzip"],
    ["nothing of one that is cut", zboot(gzipSync(running(withZstd))).subarray(0, 14), undefined, "gzip"],
    ["the version in the header", fakeBzImage("5.9.0"), undefined, "zstd"],
    ["an old version in the header", fakeBzImage("5.8.18-linuxkit"), undefined, "gzip"],
    ["an older one", fakeBzImage("4.19.76"), undefined, "gzip"],
    ["a later one", fakeBzImage("10.0"), undefined, "zstd"],
    ["the version of a payload that cannot be read", bzImage("6.12", Buffer.from("LZMA...")), undefined, "zstd"],
    ["the banner of an Image", running(undefined, "Linux version 6.12.59-linuxkit (root@x)"), undefined, "zstd"],
    ["the banner of an old Image", gzipSync(running(undefined, "Linux version 5.4.28 (root@x)")), undefined, "gzip"],
    ["nothing", Buffer.from("no kernel"), undefined, "gzip"],
    ["nothing at all", Buffer.alloc(0), undefined, "gzip"],
    ["a cut header", fakeBzImage("6.1").subarray(0, 0x210), undefined, "gzip"],
    ["a configuration that is damaged", Buffer.from("IKCFG_STxxxxIKCFG_ED Linux version 6.1 "), undefined, "zstd"],
    ["a payload beyond the end", withField(bzImage("6.1", running(without)), 0x248, 2 ** 31), undefined, "zstd"],
])("the codec is told by %s", async (_, kernel, config, codec) => {
    expect(kernelCodec(await kernelEvidence(kernel, config))).toBe(codec);
});

test("what is looked for may stand across chunks, in any kernel", async () => {
    await fc.assert(
        fc.asyncProperty(
            fc.boolean(),
            fc.boolean(),
            fc.integer({ min: 1, max: 700 }),
            async (hasConfig, isOld, length) => {
                const banner = `Linux version ${isOld ? "5.4.1" : "6.1.0"} (root@x) `;
                const kernel = running(hasConfig ? (isOld ? withZstd : without) : undefined, banner);
                const chunks = Array.from({ length: Math.ceil(kernel.length / length) }, (_, index) =>
                    kernel.subarray(index * length, (index + 1) * length),
                );
                const found = await lookInto(
                    (async function* () {
                        yield* chunks;
                    })(),
                );
                expect(found).toEqual(
                    hasConfig ? { config: isOld ? withZstd : without } : { version: isOld ? "5.4.1" : "6.1.0" },
                );
            },
        ),
        { numRuns: 200 },
    );
});

test("any bytes are a kernel of some codec", async () => {
    const words = fc.constantFrom(
        "IKCFG_ST",
        "IKCFG_ED",
        "Linux version ",
        "6.1 ",
        "HdrS",
        "\x1f\x8b\x08",
        "\x28\xb5\x2f\xfd",
        "MZ\0\0zimg\x10\0\0\0\xff\0\0\0",
    );
    const part = fc.oneof(
        words.map((word) => Buffer.from(word, "latin1")),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
        fc.asyncProperty(fc.boolean(), fc.array(part), async (isBzImage, parts) => {
            const kernel = Buffer.concat([...(isBzImage ? [fakeBzImage("4.1")] : []), ...parts]);
            expect(["gzip", "zstd"]).toContain(kernelCodec(await kernelEvidence(kernel, undefined)));
        }),
        { numRuns: 500 },
    );
});

function withField(kernel: Buffer, offset: number, value: number): Buffer {
    kernel.writeUInt32LE(value, offset);
    return kernel;
}
