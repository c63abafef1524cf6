import fc from "fast-check";

import { layOutFat } from "../../../providers/image/disk/fat/layout";
import type { VolumeKind } from "../../../providers/image/disk/fat/geometry";
import { fatPieces } from "../../../providers/image/disk/fat/volume";
import type { FatFile } from "../../../providers/image/disk/fat/file";
import { diskOf } from "../../../providers/image/disk/pieces";
import { rawEfi } from "../../../providers/image/disk";
import { alignUp } from "../../../providers/image/disk/bytes";
import { wholeDisk } from "./support/bytes";
import { type FatVolume, readFat } from "./support/fat-reader";
import { diskInput, payload, unread } from "./support/input";

const GIB = 2 ** 30;

async function volumeOf(files: readonly FatFile[], kind: VolumeKind = "removable"): Promise<FatVolume> {
    const layout = layOutFat(files, kind, 0);
    return readFat(await wholeDisk(diskOf(layout.sizeBytes, fatPieces(layout, { volumeId: 1 }))));
}

function file(path: string, sizeBytes = 10): FatFile & { readonly bytes: Buffer } {
    const content = payload(sizeBytes, path.length + sizeBytes);
    return { path, parts: [content], bytes: content.bytes };
}

describe("names", () => {
    it.each([
        ["KERNEL", "KERNEL"],
        ["kernel", "KERNEL"],
        ["initrd.img", "INITRD.IMG"],
        ["linuxkit.conf", "LINUXK~1.CON"],
        ["a long name with spaces.text", "ALONGN~1.TEX"],
        [".disk", "DISK~1"],
        ["a.b.c", "AB~1.C"],
        ["naïve+=,;[].txt", "NA_VE_~1.TXT"],
        ["日本語 и emoji 😀", "____EM~1"],
        ["thirteen.char", "THIRTE~1.CHA"],
        ["x".repeat(255), "XXXXXX~1"],
    ])("%s is kept, as %s for those who know short ones only", async (name, short) => {
        const { files } = await volumeOf([file(name)]);
        expect([...files].map(([path, entry]) => [path, entry.short])).toEqual([[name, short]]);
    });

    it("numbers short names that would be the same", async () => {
        const names = ["linuxkit-a", "LINUXK~1", "linuxkit-b", "linuxkit-c"];
        const { files } = await volumeOf(names.map((name) => file(name)));
        expect([...files.values()].map(({ short }) => short)).toEqual(["LINUXK~2", "LINUXK~1", "LINUXK~3", "LINUXK~4"]);
        expect([...files.keys()]).toEqual(names);
    });

    it.each(["a:b", 'a"b', "a\\b", "a?", "a\u0001", "a.", "a ", "", "x".repeat(256)])("refuses %j", async (name) => {
        await expect(volumeOf([file(`directory/${name}`)])).rejects.toThrow("cannot stand on a FAT volume");
    });

    it("refuses two that differ in case only", async () => {
        await expect(volumeOf([file("Kernel"), file("kernel")])).rejects.toThrow("in case only");
    });
});

describe("volumes", () => {
    it("holds empty files, full clusters and directories in directories", async () => {
        const files = [file("empty", 0), file("full", 1024), file("one/two/three.x", 1025), file("one/OTHER", 1)];
        const volume = await volumeOf(files);
        expect([...volume.files.keys()].toSorted()).toEqual(
            ["empty", "full", "one/", "one/OTHER", "one/two/", "one/two/three.x"].toSorted(),
        );
        for (const { path, bytes } of files) {
            expect(volume.files.get(path)?.bytes.equals(bytes)).toBe(true);
        }
    });

    it("holds a directory of more than a cluster", async () => {
        const files = Array.from({ length: 200 }, (_, index) => file(`many/a rather long name ${index}`, index));
        const volume = await volumeOf(files, "disk");
        expect(volume.files.size).toBe(201);
        expect(files.every(({ path, bytes }) => volume.files.get(path)?.bytes.equals(bytes))).toBe(true);
    });

    it.each([511, 512, 700])("makes FAT16's root as large as %i files need", async (count) => {
        const files = Array.from({ length: count }, (_, index) => file(`FILE${index}`, 1));
        expect((await volumeOf(files)).files.size).toBe(count);
    });

    it("reads back whatever files there are", async () => {
        const name = fc.stringMatching(/^[a-zA-Z0-9 _.é~+-]{1,40}$/).filter((text) => !/[. ]$/.test(text));
        const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
        const entries = fc.uniqueArray(fc.tuple(path, fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 3 })), {
            selector: ([text]) => text.toUpperCase(),
            maxLength: 12,
        });
        await fc.assert(
            fc.asyncProperty(entries.filter(isTree), async (given) => {
                const files = given.map(([text, sizes]) => ({
                    path: text,
                    parts: sizes.map((size) => payload(size, size + 1)),
                }));
                const volume = await volumeOf(files);
                expect([volume.bits, volume.label]).toEqual([16, "LINUXKIT"]);
                for (const { path: at, parts } of files) {
                    expect(volume.files.get(at)?.bytes.equals(padded(parts))).toBe(true);
                }
            }),
            { numRuns: 60 },
        );
    });

    /** No name is a file and a directory, and no two differ in case only. */
    function isTree(given: readonly (readonly [string, readonly number[]])[]): boolean {
        const prefixes = given.flatMap(([text]) =>
            text.split("/").map((_, index, all) => all.slice(0, index + 1).join("/")),
        );
        const folded = new Set([...new Set(prefixes)].map((text) => text.toUpperCase()));
        const isDirectory = (text: string) => given.some(([other]) => other.startsWith(`${text}/`));
        return folded.size === new Set(prefixes).size && !given.some(([text]) => isDirectory(text));
    }

    function padded(parts: readonly { readonly bytes: Buffer }[]): Buffer {
        return parts.reduce((whole, { bytes }, index) => {
            const gap = index === 0 ? 0 : alignUp(whole.length, 4) - whole.length;
            return Buffer.concat([whole, Buffer.alloc(gap), bytes]);
        }, Buffer.alloc(0));
    }
});

describe("sizes", () => {
    it.each([
        ["removable", 1e6, 16, 512],
        ["removable", 20e6, 16, 2048],
        ["removable", 1 * GIB, 16, 32_768],
        ["removable", 3 * GIB, 32, 4096],
        ["disk", 1e6, 32, 512],
        ["disk", 200e6, 32, 512],
        ["disk", 300e6, 32, 4096],
        ["disk", 4 * GIB - 1, 32, 4096],
    ] as const)("%s with %i bytes: FAT%i with clusters of %i", (kind, sizeBytes, bits, clusterBytes) => {
        const layout = layOutFat([{ path: "kernel", parts: [unread(sizeBytes)] }], kind, 1 << 20);
        expect([layout.bits, layout.clusterBytes]).toEqual([bits, clusterBytes]);
        expect(bits === 32).toBe(layout.clusters >= 65_525);
    });

    it("refuses a file of 4 GiB by its name and size", () => {
        const files = [{ path: "initrd.img", parts: [unread(2 * GIB), unread(2 * GIB)] }];
        expect(() => layOutFat(files, "disk", 0)).toThrow(/\/initrd\.img is 4294967296 bytes large.*under 4 GiB/);
    });

    it("refuses an image with such an initrd before a byte of it is read", async () => {
        const made = rawEfi(diskInput({ initrd: [unread(3 * GIB), unread(3 * GIB)] }));
        await expect(made).rejects.toMatchObject({ code: "FileTooLarge", fields: { file: "initrd.img" } });
    });
});
