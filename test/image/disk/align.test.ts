import fc from "fast-check";

import { BLOCK_BYTES, createAligner } from "../../../providers/image/disk/align";
import { layOutFat } from "../../../providers/image/disk/fat/layout";
import { bytesOf, rawBios, type SparseDisk } from "../../../providers/image/disk";
import { collect } from "../codec/collect";
import { diskInput, payload, unread } from "./support/input";

const MIB = 1 << 20;

/** Places of an initrd's parts on a disk whose volume begins at 1 MiB. */
function placesOf(sizes: readonly number[]): readonly number[] {
    const files = [{ path: "initrd.img", parts: sizes.map(unread) }];
    const layout = layOutFat(files, "disk", MIB);
    return layout.files[0]!.offsets.map((offset) => MIB + layout.dataOffset + offset);
}

it("begins large segments at blocks of the disk", () => {
    const places = placesOf([20 * MIB + 4, 9 * MIB + 8, 12 * MIB]);
    expect(places.map((place) => place % BLOCK_BYTES)).toEqual([0, 0, 0]);
});

it("leaves a small segment where the one before it ends", () => {
    const [first = 0, second = 0, third = 0] = placesOf([20 * MIB + 4, 40_000, 20 * MIB]);
    expect(second - first).toBe(20 * MIB + 4);
    expect(third % BLOCK_BYTES).toBe(0);
});

it("aligns nothing where that would cost too much", () => {
    const sizes = [MIB + 4, MIB + 4, MIB + 4];
    const [first = 0, second = 0, third = 0] = placesOf(sizes);
    expect([second - first, third - second]).toEqual([MIB + 4, MIB + 4]);
});

it("costs less than 5 %, whatever the sizes, and never overlaps or misaligns", () => {
    const sizes = fc.array(
        fc.integer({ min: 1, max: 10 * MIB }).map((words) => words * 4),
        { minLength: 1, maxLength: 40 },
    );
    fc.assert(
        fc.property(sizes, fc.constantFrom(512, 4096), (each, clusterBytes) => {
            const total = each.reduce((sum, size) => sum + size, 0);
            const align = createAligner(total);
            let end = 0;
            let cost = 0;
            each.forEach((size, index) => {
                const unit = index === 0 ? clusterBytes : 4;
                const place = align(end, size, unit);
                expect(place % unit).toBe(0);
                expect(place).toBeGreaterThanOrEqual(end);
                cost += place - end;
                end = place + size;
            });
            expect(cost === 0 || cost + BLOCK_BYTES < total * 0.05).toBe(true);
        }),
    );
});

/** Numbers of the blocks in which two disks differ. */
async function changedBlocks(one: SparseDisk, other: SparseDisk): Promise<number[]> {
    const [first, second] = await Promise.all([one, other].map((disk) => collect(bytesOf(disk).chunks())));
    const count = Math.ceil(Math.max(first!.length, second!.length) / BLOCK_BYTES);
    return Array.from({ length: count }, (_, index) => index).filter((index) => {
        const [from, to] = [index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES];
        return !first!.subarray(from, to).equals(second!.subarray(from, to));
    });
}

it("changes few blocks when one segment in the middle grows a little", async () => {
    const segments = (size: number) => [payload(12 * MIB - 4000, 3), payload(size, 5), payload(9 * MIB, 7)];
    const small = await rawBios(diskInput({ initrd: segments(2 * MIB - 20_000) }));
    const grown = await rawBios(diskInput({ initrd: segments(2 * MIB - 12_000) }));
    const blocks = await changedBlocks(small, grown);
    // The boot sectors with their identifiers, two tables, a directory, and the five blocks of the segment itself.
    expect(blocks.length).toBeLessThanOrEqual(9);
});
