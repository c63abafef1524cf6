import { createCipheriv } from "node:crypto";

import fc from "fast-check";

import type { DiskExtent, SparseDisk } from "../../../../providers/image/disk/sparse";

export const MIB = 1 << 20;

/** A disk of extents that are in memory. */
export function diskOf(sizeBytes: number, extents: readonly DiskExtent[]): SparseDisk {
    return {
        sizeBytes,
        async *extents() {
            yield* extents;
        },
    };
}

/** Bytes that no codec shrinks, the same for the same seed. */
export function noise(length: number, seed: number): Buffer {
    const key = Buffer.alloc(32);
    key.writeUInt32LE(seed, 0);
    return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** Bytes that codecs like. */
export function prose(length: number, seed: number): Buffer {
    return Buffer.alloc(length, `${seed}: a line of text on a disk\n`);
}

/** The extents as the bytes of a file of `sizeBytes`, zero elsewhere. */
export function bytesOf(extents: readonly DiskExtent[], sizeBytes: number): Buffer {
    const whole = Buffer.alloc(sizeBytes);
    for (const { offset, bytes } of extents) {
        bytes.copy(whole, offset);
    }
    return whole;
}

/** A disk of a few MiB as the stream of its bytes. */
export async function* everyByte(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const extents: DiskExtent[] = [];
    for await (const extent of disk.extents()) {
        extents.push(extent);
    }
    yield bytesOf(extents, disk.sizeBytes);
}

export interface RandomDisk {
    readonly disk: SparseDisk;
    readonly extents: readonly DiskExtent[];
}

/** Disks of up to 12 MiB: gaps of every length, neighbours that touch, noise, prose and zeros written out. */
export const randomDisk: fc.Arbitrary<RandomDisk> = fc
    .array(
        fc.record({
            gap: fc.oneof(fc.constant(0), fc.nat(4096), fc.nat(3 * MIB)),
            length: fc.oneof(fc.nat(2048), fc.nat(200_000), fc.constant(65_536), fc.nat(2 * MIB)),
            kind: fc.constantFrom("noise", "prose", "zero"),
            seed: fc.nat(1000),
        }),
        { maxLength: 6 },
    )
    .chain((parts) => {
        const extents: DiskExtent[] = [];
        let end = 0;
        for (const { gap, length, kind, seed } of parts) {
            const bytes = kind === "zero" ? Buffer.alloc(length) : (kind === "noise" ? noise : prose)(length, seed);
            extents.push({ offset: end + gap, bytes });
            end += gap + length;
        }
        const least = Math.ceil(end / 512);
        return fc.integer({ min: Math.max(1, least), max: least + 9000 }).map((sectors) => ({
            disk: diskOf(sectors * 512, extents),
            extents,
        }));
    });
