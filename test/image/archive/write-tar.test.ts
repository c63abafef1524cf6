import fc from "fast-check";

import { type TarMember, writeTar } from "../../../providers/image/archive";
import { contentOf } from "../../../providers/image/tree/content";
import type { Entry } from "../../../providers/image/tree/entry";
import { collect } from "../codec/collect";
import { file, folder, hardlink, sampleTree, symlink } from "../tree/make-entries";
import { type Plain, readAll } from "./read-all";

async function write(...members: readonly TarMember[]): Promise<Buffer> {
    return collect(writeTar(members));
}

async function back(entries: readonly Entry[]): Promise<Plain[]> {
    return readAll(await write(...entries.map((entry) => ({ entry }))), { devices: true });
}

/** An entry that is read as it was made, content as text. */
async function plain(entry: Entry): Promise<Plain> {
    if (entry.type !== "file") {
        return entry;
    }
    const { content, ...rest } = entry;
    return { ...rest, text: (await collect(content.chunks())).toString() };
}

test("what is written reads back", async () => {
    expect(await back(sampleTree)).toEqual(await Promise.all(sampleTree.map(plain)));
});

test("long and foreign names, large owners and binary attributes stand in an extended header", async () => {
    const long = `${"d".repeat(60)}/${"é".repeat(60)}`;
    const owner = { ...file(long, "x"), uid: 4_000_000_000, gid: 2_097_152 };
    const xattrs = { "security.capability": Buffer.from([1, 0, 0, 2, 0xff, 0x0a, 0x3d]), "user.a": Buffer.from("") };
    const entries = [{ ...owner, xattrs }, hardlink("h", long), symlink("s", `${"é/".repeat(100)}x`)];
    expect(await back(entries)).toEqual(await Promise.all(entries.map(plain)));
});

test("a file of 8 GiB or more is written with its size", async () => {
    const sizeBytes = 8 * 2 ** 30;
    const entry = { ...file("big"), content: { sizeBytes, chunks: () => [] } } as Entry;
    const tar = writeTar([{ entry }]);
    const [extended, header] = [await tar.next(), await tar.next()].map(({ value }) => value as Buffer);
    expect(extended?.toString("latin1")).toContain(`19 size=${sizeBytes}\n`);
    expect(header?.toString("latin1", 124, 136)).toBe("00000000000\0");
    await tar.return();
});

test("records of its own stand in an entry's extended header, sorted", async () => {
    const records = { "LINUXKIT.source": "docker.io/library/redis:7", "LINUXKIT.location": "services[0]" };
    const text = (await write({ entry: folder("etc"), records })).toString("latin1");
    expect(text.indexOf("33 LINUXKIT.location=services[0]\n")).toBe(512);
    expect(text).toContain("45 LINUXKIT.source=docker.io/library/redis:7\n");
    expect((await write({ entry: folder("etc") })).length).toBe(3 * 512);
});

test("a record's length counts itself, whatever it is", async () => {
    await fc.assert(
        fc.asyncProperty(fc.integer({ min: 80, max: 120 }), fc.integer({ min: 0, max: 1100 }), async (path, value) => {
            const entry = { ...file("p".repeat(path), "x"), xattrs: { "user.x": Buffer.alloc(value, 0x61) } };
            expect(await back([entry])).toEqual([await plain(entry)]);
        }),
        { numRuns: 200 },
    );
});

test.each([
    ["an attribute with an equals sign", { ...file("a"), xattrs: { "user.a=b": Buffer.from("") } }],
    [
        "a device's large number",
        { type: "block", path: "a", mode: 0, uid: 0, gid: 0, mtime: 0, major: 2 ** 21, minor: 0 },
    ],
])("%s is an error that names the entry", async (_, entry) => {
    await expect(write({ entry: entry as Entry })).rejects.toMatchObject({
        code: "EntryInexpressible",
        message: expect.stringContaining("/a cannot be put into a tar: "),
    });
});

test("a file that shrank or grew is an error", async () => {
    const content = { ...contentOf("abc"), sizeBytes: 4 };
    await expect(write({ entry: { ...file("a"), content } as Entry })).rejects.toMatchObject({ code: "EntrySize" });
});
