import fc from "fast-check";

import type { SparseDisk } from "../../../providers/image/disk/sparse";
import { dynamicVhd, fixedVhd, qcow2, streamOptimizedVmdk } from "../../../providers/image/virtual-disk";
import { collect } from "../codec/collect";
import { bytesOf, diskOf, everyByte, MIB, randomDisk } from "./support/disks";
import { readQcow2 } from "./support/qcow2";
import { readDynamicVhd, readFixedVhd } from "./support/vhd";
import { readVmdk } from "./support/vmdk";

interface Format {
    readonly name: string;
    readonly write: (disk: SparseDisk) => AsyncIterable<Buffer>;
    readonly read: (file: Buffer) => Buffer;
    /** The disk's size is rounded up to a multiple of this. */
    readonly step: number;
}

const formats: readonly Format[] = [
    { name: "qcow2", write: qcow2, read: readQcow2, step: 512 },
    { name: "fixed VHD", write: (disk) => everyByte(fixedVhd(disk)), read: readFixedVhd, step: MIB },
    { name: "dynamic VHD", write: dynamicVhd, read: readDynamicVhd, step: MIB },
    { name: "VMDK", write: streamOptimizedVmdk, read: (file) => readVmdk(file).disk, step: 65_536 },
];

describe.each(formats)("$name", ({ name, write, read, step }) => {
    test("a reader that knows only the format gets the disk's bytes back", async () => {
        await fc.assert(
            fc.asyncProperty(randomDisk, async ({ disk, extents }) => {
                const expected = bytesOf(extents, Math.ceil(disk.sizeBytes / step) * step);
                expect(read(await collect(write(disk))).equals(expected)).toBe(true);
            }),
            { numRuns: 25 },
        );
    });

    test("the pieces the content comes in do not show", async () => {
        await fc.assert(
            fc.asyncProperty(randomDisk, fc.integer({ min: 1000, max: 300_000 }), async ({ disk, extents }, cut) => {
                const pieces = extents.flatMap(({ offset, bytes }) =>
                    Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) => ({
                        offset: offset + index * cut,
                        bytes: bytes.subarray(index * cut, (index + 1) * cut),
                    })),
                );
                const again = await collect(write(diskOf(disk.sizeBytes, pieces)));
                expect(again.equals(await collect(write(disk)))).toBe(true);
            }),
            { numRuns: 5 },
        );
    });

    test("a disk without data is a small file", async () => {
        const file = await collect(write(diskOf(8 * MIB, [])));
        expect(read(file).equals(Buffer.alloc(8 * MIB))).toBe(true);
        expect(file.length).toBeLessThan(name === "fixed VHD" ? 8 * MIB + 513 : 300_000);
    });

    test("an extent behind the end, or out of order, is an error", async () => {
        const data = Buffer.alloc(1024, 1);
        const behind = diskOf(MIB, [{ offset: MIB - 512, bytes: data }]);
        const crossed = diskOf(MIB, [
            { offset: 4096, bytes: data },
            { offset: 4608, bytes: data },
        ]);
        await expect(collect(write(behind))).rejects.toMatchObject({ code: "DiskDamaged" });
        await expect(collect(write(crossed))).rejects.toMatchObject({ code: "DiskDamaged" });
    });

    test("a failing source is the error", async () => {
        const broken: SparseDisk = {
            sizeBytes: MIB,
            async *extents() {
                yield { offset: 0, bytes: Buffer.alloc(512, 1) };
                throw new Error("disk on fire");
            },
        };
        await expect(collect(write(broken))).rejects.toThrow("disk on fire");
    });
});

test.each(formats.filter(({ name }) => name !== "fixed VHD"))(
    "$name: content that changed between the readings is an error",
    async ({ write }) => {
        for (const [before, after] of [
            [0, 3 * MIB],
            [3 * MIB, 0],
        ] as const) {
            let reading = 0;
            const fickle: SparseDisk = {
                sizeBytes: 8 * MIB,
                async *extents() {
                    yield { offset: reading++ === 0 ? before : after, bytes: Buffer.alloc(512, 1) };
                },
            };
            await expect(collect(write(fickle))).rejects.toMatchObject({ code: "DiskChanged" });
        }
        let calls = 0;
        const shrinking: SparseDisk = {
            sizeBytes: 8 * MIB,
            async *extents() {
                if (calls++ === 0) {
                    yield { offset: 0, bytes: Buffer.alloc(512, 1) };
                }
            },
        };
        await expect(collect(write(shrinking))).rejects.toMatchObject({ code: "DiskChanged" });
    },
);
