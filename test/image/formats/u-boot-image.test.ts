import { crc32 } from "node:zlib";

import type { Payload } from "../../../providers/image/disk";
import { scriptPayload, uBootImage } from "../../../providers/image/formats/u-boot-image";
import { collect } from "../codec/collect";

function payloadOf(...chunks: readonly Buffer[]): Payload {
    return {
        sizeBytes: Buffer.concat(chunks).length,
        async *chunks() {
            yield* chunks;
        },
    };
}

test("a header of 64 bytes with both checksums, then the payload", async () => {
    const payload = payloadOf(Buffer.from("a kernel, "), Buffer.from("in pieces"));
    const fields = { type: "kernel", compression: "gzip", address: 0x80000, name: "Linux" } as const;
    const image = await uBootImage(payload, fields);
    const bytes = await collect(image.chunks());
    expect(image.sizeBytes).toBe(bytes.length);
    expect(bytes.subarray(64).toString()).toBe("a kernel, in pieces");
    const header = bytes.subarray(0, 64);
    const checksum = header.readUInt32BE(4);
    expect(header.readUInt32BE(24)).toBe(crc32(bytes.subarray(64)));
    header.writeUInt32BE(0, 4);
    expect(checksum).toBe(crc32(header));
    const numbers = [0, 8, 12, 16, 20].map((offset) => header.readUInt32BE(offset));
    expect(numbers).toEqual([0x27051956, 1_492_533_000, 19, 0x80000, 0x80000]);
    expect([...header.subarray(28, 32)]).toEqual([5, 22, 2, 1]);
    expect(header.toString("latin1", 32)).toBe(`Linux${"\0".repeat(27)}`);
});

test("a script has its length in front", async () => {
    expect(await collect(scriptPayload("boot\n").chunks())).toEqual(Buffer.from("\0\0\0\u0005\0\0\0\0boot\n"));
});

test("4 GiB and more are an error", async () => {
    const fields = { type: "ramdisk", compression: "none", address: 0, name: "" } as const;
    const large: Payload = { ...payloadOf(), sizeBytes: 2 ** 32 };
    await expect(uBootImage(large, fields)).rejects.toMatchObject({ code: "FileTooLarge" });
});
