import { createHash } from "node:crypto";

import fc from "fast-check";

import { erofs } from "../../../providers/image/filesystem";
import type { Entry } from "../../../providers/image/tree/entry";
import { collect } from "../codec/collect";
import { noise } from "../virtual-disk/support/disks";
import { readErofs } from "./support/erofs-reader";
import { devices, file, folder, hardlink, link, stream, usualEntries } from "./support/entries";

const imageOf = async (entries: readonly Entry[]) => collect(erofs(stream(entries)));
const text = (path: string, found: ReturnType<typeof readErofs>) => found.get(path)?.data.toString();

test("every kind of node, with its mode, owner and time", async () => {
    const found = readErofs(await imageOf([...usualEntries, ...devices]));
    expect(found.get("")).toMatchObject({ mode: 0o040755, uid: 0, gid: 0, mtime: 1_492_533_000, links: 8 });
    expect(found.get("bin/tool")).toMatchObject({
        mode: 0o104755,
        uid: 70_000,
        gid: 5,
        mtime: 1_500_000_000,
        links: 2,
    });
    expect(found.get("bin/tool")?.data.equals(noise(70_001, 1))).toBe(true);
    expect(found.get("bin/same")?.inode).toBe(found.get("bin/tool")?.inode);
    expect(found.get("bin/alias")).toMatchObject({ mode: 0o120777, links: 1 });
    expect(text("bin/alias", found)).toBe("../bin/tool");
    expect(text("bin/far", found)).toBe(`/${"x".repeat(4000)}`);
    expect(found.get("pipe")).toMatchObject({ mode: 0o010622 });
    expect(found.get("dev/console")).toMatchObject({ mode: 0o020600, device: 0x501 });
    expect(found.get("dev/far")).toMatchObject({ mode: 0o060660, device: 0x1111_0370 });
});

test("files of every length around a block's, and a folder of several blocks", async () => {
    const found = readErofs(await imageOf(usualEntries));
    for (const size of [0, 1, 4031, 4032, 4033, 4095, 4096, 4097, 8192]) {
        expect(found.get(`sizes/${size}`)?.data.equals(noise(size, size))).toBe(true);
    }
    expect([...found.keys()].filter((path) => path.startsWith("many/"))).toHaveLength(401);
    expect(text("many/a-file-with-a-long-name-399", found)).toBe("content 399");
    expect(text("many/ünïcödé ", found)).toBe("a name");
});

test("what comes later stands; a name that was linked before keeps what it had", async () => {
    const found = readErofs(await imageOf(usualEntries));
    expect(text("etc/replaced", found)).toBe("the second, longer one");
    expect(found.get("etc/replaced")).toMatchObject({ mode: 0o100600, links: 1 });
    expect(text("etc/old", found)).toBe("the first");
    expect(found.get("etc/old")).toMatchObject({ links: 1 });
    expect(found.get("etc")).toMatchObject({ mode: 0o040750 });
});

test("extended attributes; one of an unknown namespace is an error", async () => {
    const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
    const xattrs = { "security.capability": capability, "user.a": Buffer.from("b") };
    const found = readErofs(await imageOf([file("ping", noise(5000, 1), { xattrs }), file("small", "s", { xattrs })]));
    for (const path of ["ping", "small"]) {
        expect(found.get(path)?.xattrs).toEqual({
            "security.capability": capability.toString("latin1"),
            "user.a": "b",
        });
    }
    const odd = file("odd", "", { xattrs: { "btrfs.compression": Buffer.from("zstd") } });
    await expect(imageOf([odd])).rejects.toMatchObject({ code: "ErofsXattr", fields: { entry: "odd" } });
});

test("the same entries are the same bytes, on every machine", async () => {
    const digest = createHash("sha256")
        .update(await imageOf([...usualEntries, ...devices]))
        .digest("hex");
    expect(digest).toMatchSnapshot();
});

test("an empty tree is a root", async () => {
    expect([...readErofs(await imageOf([])).keys()]).toEqual([""]);
});

test("what lies below no folder is an error, and so is a link to nothing", async () => {
    for (const entries of [[file("a/b", "")], [file("a", ""), file("a/b", "")], [hardlink("a", "b")]]) {
        await expect(imageOf(entries)).rejects.toMatchObject({ code: "TreeMalformed" });
    }
});

test("content that changes between the readings is an error", async () => {
    for (const size of [100, 10_000]) {
        let reading = 0;
        const open = async function* () {
            yield file("a", noise(size + reading++, 1));
        };
        await expect(collect(erofs(open))).rejects.toMatchObject({ code: "EntrySize" });
    }
});

const name = fc.string({ minLength: 1, maxLength: 255, unit: "grapheme" }).filter(isName);

function isName(value: string): boolean {
    return (
        !/[/\0]/.test(value) && ![".", ".."].includes(value) && Buffer.byteLength(value) <= 255 && value.isWellFormed()
    );
}

test("any tree comes back as it was", async () => {
    const leaf = fc.record({ name, kind: fc.constantFrom("file", "link"), size: fc.nat(3000) });
    const trees = fc.uniqueArray(fc.record({ name, leaves: fc.uniqueArray(leaf, { selector: (each) => each.name }) }), {
        selector: (each) => each.name,
        maxLength: 20,
    });
    await fc.assert(
        fc.asyncProperty(trees, async (tree) => {
            const expected = new Map<string, string>();
            const entries = tree.flatMap((each) => {
                const leaves = each.leaves.map((item): Entry => {
                    const path = `${each.name}/${item.name}`;
                    const data = noise(item.size % 2000 || 1, item.size).toString("hex");
                    expected.set(path, data);
                    return item.kind === "link" ? link(path, data) : file(path, data);
                });
                return [folder(each.name), ...leaves];
            });
            const found = readErofs(await imageOf(entries));
            expect(found.size).toBe(entries.length + 1);
            for (const [path, data] of expected) {
                expect(found.get(path)?.data.toString()).toBe(data);
            }
        }),
        { numRuns: 40 },
    );
});
