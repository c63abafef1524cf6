import fc from "fast-check";

import { BLOCK_BYTES, placeAtBlocks, placeInOrder } from "../../../providers/image/disk/align";
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

it("begins the larger ones at blocks where that is all that is worth it", () => {
    const places = placesOf([MIB + 4, 8 * MIB - 100, MIB + 4, 8 * MIB - 100, MIB + 4, 7 * MIB]);
    expect(places.map((place) => place % BLOCK_BYTES === 0)).toEqual([false, true, false, true, false, true]);
});

it("aligns nothing where that would cost too much", () => {
    const [first = 0, second = 0, third = 0] = placesOf([MIB + 4, MIB + 4, MIB + 4]);
    expect([second - first, third - second]).toEqual([MIB + 4, MIB + 4]);
});

it("costs less than 5 %, whatever the sizes, and never overlaps or misaligns", () => {
    const unit = fc.constantFrom(4, 512, 4096);
    const sizeBytes = fc.oneof(fc.integer({ min: 1, max: 1 << 18 }), fc.integer({ min: 1, max: 10 * MIB }));
    const pieces = fc.array(fc.record({ sizeBytes, unit }), { minLength: 1, maxLength: 40 });
    let aligned = 0;
    fc.assert(
        fc.property(
            pieces,
            fc.nat(100).map((sectors) => sectors * 4096),
            (given, start) => {
                const total = given.reduce((sum, piece) => sum + piece.sizeBytes, 0);
                const placed = placeAtBlocks(start, given);
                let end = start;
                given.forEach((piece, index) => {
                    const offset = placed.offsets[index]!;
                    expect(offset).toBeGreaterThanOrEqual(end);
                    expect(offset % piece.unit).toBe(0);
                    end = offset + piece.sizeBytes;
                });
                expect(placed.end).toBe(end);
                expect(placed.origin % 4096 === 0 || given.every((piece) => piece.unit < 4096)).toBe(true);
                const cost = end - placeInOrder(start, given).end;
                expect(cost === 0 || cost + BLOCK_BYTES < total * 0.05).toBe(true);
                aligned += cost > 0 ? 1 : 0;
            },
        ),
    );
    expect(aligned).toBeGreaterThan(5);
});

it("keeps a volume's clusters whole where the first large part is in the midst of a file", () => {
    const layout = layOutFat([{ path: "initrd.img", parts: [1004, 30 * MIB].map(unread) }], "disk", MIB);
    expect(layout.dataOffset % 512).toBe(0);
    expect((MIB + layout.dataOffset + layout.files[0]!.offsets[1]!) % BLOCK_BYTES).toBe(0);
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
