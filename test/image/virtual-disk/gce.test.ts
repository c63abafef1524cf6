import { once } from "node:events";
import { Readable } from "node:stream";
import { constants, createGunzip, inflateRawSync } from "node:zlib";

import { gceArchive } from "../../../providers/image/virtual-disk";
import { collect } from "../codec/collect";
import { diskOf, MIB, noise, prose } from "./support/disks";

const GIB = 2 ** 30;
const extents = [
    { offset: 0, bytes: noise(512, 1) },
    { offset: 5 * MIB - 700, bytes: noise(3 * MIB, 2) },
    { offset: 700 * MIB, bytes: prose(2 * MIB, 3) },
    { offset: 900 * MIB - 512, bytes: Buffer.alloc(512, 4) },
];

test("one member disk.raw of a whole GiB, its bytes the disk's", async () => {
    const file = await collect(gceArchive(diskOf(900 * MIB, extents)));
    expect(file.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
    const found: Buffer[] = [];
    const gunzip = createGunzip({ chunkSize: MIB });
    let length = 0;
    gunzip.on("data", (chunk: Buffer) => {
        for (const { offset, bytes } of [{ offset: -512, bytes: Buffer.alloc(512) }, ...extents]) {
            const start = Math.max(0, offset + 512 - length);
            found.push(chunk.subarray(start, Math.max(start, offset + 512 + bytes.length - length)));
        }
        length += chunk.length;
    });
    Readable.from([file]).pipe(gunzip);
    await once(gunzip, "end");
    expect(length).toBe(512 + GIB + 1024);
    const [header, ...content] = [Buffer.concat(found).subarray(0, 512), Buffer.concat(found).subarray(512)];
    expect(header.toString("latin1", 0, 9)).toBe("disk.raw\0");
    expect(header.toString("latin1", 124, 136)).toBe("10000000000\0");
    expect(header.toString("latin1", 156, 157)).toBe("0");
    expect(header.toString("latin1", 257, 265)).toBe("ustar  \0");
    expect(Buffer.concat(content).equals(Buffer.concat(extents.map(({ bytes }) => bytes)))).toBe(true);
});

test("zeros cost about a thousandth, what compresses little, what does not its own length", async () => {
    const file = await collect(gceArchive(diskOf(900 * MIB, extents)));
    expect(file.length).toBeLessThan(6 * MIB);
    expect(file.length).toBeGreaterThan(4 * MIB);
});

test("a disk of 8 GiB and more has its size in base-256", async () => {
    const start: Buffer[] = [];
    for await (const chunk of gceArchive(diskOf(8 * GIB + 512, []))) {
        start.push(chunk);
        if (start.length === 2) {
            break;
        }
    }
    const header = inflateRawSync(Buffer.concat(start).subarray(10), { finishFlush: constants.Z_SYNC_FLUSH });
    expect(header.subarray(0, 512).toString("hex", 124, 136)).toBe("800000000000000240000000");
});
