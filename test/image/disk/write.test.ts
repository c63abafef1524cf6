import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";

import fc from "fast-check";

import { bytesOf, rawEfi, writeSparse } from "../../../providers/image/disk";
import { diskOf } from "../../../providers/image/disk/pieces";
import { temporaryFolder } from "../../support/folder";
import { collect } from "../codec/collect";
import { diskInput, payload } from "./support/input";

const folder = temporaryFolder();

/** Pieces with gaps before them, and what the disk should be. */
function laidOut(parts: readonly (readonly [gap: number, length: number])[], behind: number) {
    const expected: Buffer[] = [];
    let offset = 0;
    const pieces = parts.map(([gap, length], index) => {
        const content = payload(length, index + 1, 1000);
        expected.push(Buffer.alloc(gap), content.bytes);
        offset += gap + length;
        return { offset: offset - length, payload: content, name: `piece ${index}` };
    });
    return {
        disk: diskOf(offset + behind, pieces.toReversed()),
        expected: Buffer.concat([...expected, Buffer.alloc(behind)]),
    };
}

it("gives every byte of a disk, zeros where nothing is", async () => {
    const part = fc.tuple(fc.nat(3_000_000), fc.nat(5000));
    await fc.assert(
        fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.nat(2_000_000), async (parts, behind) => {
            const { disk, expected } = laidOut(parts, behind);
            expect((await collect(bytesOf(disk).chunks())).equals(expected)).toBe(true);
        }),
        { numRuns: 20 },
    );
});

it("writes a file with holes, which reads the same", async () => {
    const { disk, expected } = laidOut(
        [
            [0, 100],
            [20 << 20, 5000],
        ],
        20 << 20,
    );
    const file = path.join(folder(), "disk");
    const handle = await open(file, "wx");
    await writeSparse(disk, handle);
    await handle.close();
    expect((await readFile(file)).equals(expected)).toBe(true);
    expect((await stat(file)).blocks * 512).toBeLessThan(1 << 20);
});

it("refuses to lay two things onto each other", () => {
    const piece = (offset: number) => ({ offset, payload: payload(100), name: "a piece" });
    expect(() => diskOf(512, [piece(0), piece(99)])).toThrow("a piece does not fit");
    expect(() => diskOf(512, [piece(413)])).toThrow("a piece does not fit");
});

it("gives its extents in order, apart from each other, and again when asked again", async () => {
    const disk = await rawEfi(diskInput());
    const spans = async () => {
        const found: (readonly [number, number])[] = [];
        for await (const { offset, bytes } of disk.extents()) {
            found.push([offset, offset + bytes.length]);
        }
        return found;
    };
    const found = await spans();
    expect(found.every(([start], index) => start >= (found[index - 1]?.[1] ?? 0))).toBe(true);
    expect(found.at(-1)?.[1]).toBe(disk.sizeBytes);
    expect(found.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(1_000_000);
    expect(await spans()).toEqual(found);
});
