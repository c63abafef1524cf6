import { gzipSync, zstdCompressSync } from "node:zlib";

import { makePax, makeTar, type TarMember, tarEnd, makeMember } from "../image/archive/make-tar";
import { compareBuilt } from "./support/built";
import type { Difference } from "./support/compare";

const folder: TarMember = { name: "a/", type: "5", mode: 0o755, mtime: 5 };
const file: TarMember = { name: "a/b", body: "one\ntwo\nthree\n", mode: 0o644, mtime: 5 };
const base = makeTar(folder, file);

function differences(...members: readonly TarMember[]): Difference[] {
    return compareBuilt({ tar: base }, { tar: makeTar(...members) });
}

test("the same tree is the same, however often and under which names its folders come", () => {
    expect(differences(folder, file)).toEqual([]);
    expect(differences({ ...folder, name: "./a" }, folder, { ...file, name: "./a/b" })).toEqual([]);
    expect(differences(folder, { ...file, body: "replaced" }, file)).toEqual([]);
});

test.each<[string, readonly TarMember[], Partial<Difference>]>([
    ["a missing entry", [folder], { aspect: "presence", theirs: "file", ours: "absent" }],
    ["another type", [folder, { ...file, body: "", type: "6" }], { aspect: "type", theirs: "file", ours: "fifo" }],
    ["another mode", [folder, { ...file, mode: 0o4644 }], { aspect: "mode", theirs: "0644", ours: "4644" }],
    ["another user", [folder, { ...file, uid: 3 }], { aspect: "owner", theirs: "0:0", ours: "3:0" }],
    ["another group", [folder, { ...file, gid: 3 }], { aspect: "owner", theirs: "0:0", ours: "0:3" }],
    ["another time", [folder, { ...file, mtime: 6 }], { aspect: "mtime", theirs: "5", ours: "6" }],
    ["another line", [folder, { ...file, body: "one\n2\nthree\n" }], { aspect: "content", theirs: "two", ours: "2" }],
    ["a line less", [folder, { ...file, body: "one\nthree\n" }], { aspect: "content", theirs: "two", ours: "" }],
    ["other bytes", [folder, { ...file, body: "\0" }], { aspect: "content", theirs: "14 bytes", ours: "1 bytes" }],
    ["another space", [folder, { ...file, body: "one\n two\nthree\n" }], { aspect: "content" }],
])("%s is found", (_, members, expected) => {
    const found = differences(...members).filter(({ aspect }) => aspect === expected.aspect);
    expect(found).toEqual([expect.objectContaining({ path: "a/b", ...expected })]);
});

test("links, devices and what extended headers hold are compared", () => {
    const link = { name: "l", type: "2", link: "x" };
    const device = { name: "d", type: "3", major: 1, minor: 2 };
    const tar = (target: string, minor: number, note: string) =>
        Buffer.concat([
            ...[
                { ...link, link: target },
                { ...device, minor },
            ].map(makeMember),
            makePax({ "SCHILY.xattr.user.note": note }),
            makeMember({ name: "n" }),
            tarEnd,
        ]);
    const found = compareBuilt({ tar: tar("x", 2, "1") }, { tar: tar("y", 3, "2") });
    expect(found.map(({ path, aspect, theirs, ours }) => [path, aspect, theirs, ours])).toEqual([
        ["d", "device", "1:2", "1:3"],
        ["l", "target", "x", "y"],
        ["n", "record", "SCHILY.xattr.user.note=1", "SCHILY.xattr.user.note=2"],
    ]);
});

test("an order in which something would be lost is found", () => {
    const from = (place: string, name: string) => [makePax({ "LINUXKIT.location": place }), makeMember({ name })];
    const [one, two] = [from("init[0]", "x"), from("init[1]", "y")];
    const tar = (...parts: readonly Buffer[]) => ({ tar: Buffer.concat([...parts, tarEnd]) });
    expect(compareBuilt(tar(...one, ...two), tar(...two, ...one))).toMatchObject([
        { aspect: "order", theirs: "init[0] init[1]", ours: "init[1] init[0]" },
    ]);
    expect(differences(file, folder)).toMatchObject([{ path: "a/b", aspect: "order", ours: "below nothing" }]);
    const linked = [folder, { name: "a/c", type: "1", link: "a/b" }, file];
    expect(differences(...linked).filter(({ aspect }) => aspect === "order")).toMatchObject([
        { path: "a/c", ours: "before a/b" },
    ]);
});

function cpio(...entries: readonly (readonly [name: string, mode: number, mtime: number, body: string])[]): Buffer {
    const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    const written = [...entries, ["TRAILER!!!", 0, 0, ""] as const].flatMap(([name, mode, mtime, body]) => {
        const fields = [1, mode, 2, 3, 1, mtime, body.length, 0, 0, 0, 0, name.length + 1, 0];
        const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
        return [padded(Buffer.from(header)), padded(Buffer.from(body))];
    });
    return Buffer.concat(written);
}

test("initrds are compared by what is in them, however it is packed, and so is what stands before it", () => {
    const [first, second] = [cpio(["x", 0o100644, 5, "x"]), cpio(["l", 0o120777, 5, "x"])];
    const early = cpio(["kernel/x86", 0o040755, 5, ""]);
    const pack = (...parts: readonly Buffer[]) => ({
        initrd: Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc((-part.length & 3) + 8)])),
    });
    const theirs = pack(early, gzipSync(Buffer.concat([first, Buffer.alloc(512), second])));
    expect(compareBuilt(theirs, pack(early, zstdCompressSync(first), gzipSync(second)))).toEqual([]);
    expect(compareBuilt(theirs, pack(zstdCompressSync(first), gzipSync(second)))).toMatchObject([
        { path: "(early)/kernel/x86", aspect: "presence", ours: "absent" },
    ]);
    const other = cpio(["x", 0o100600, 6, "y"]);
    const found = compareBuilt(theirs, pack(early, zstdCompressSync(other), gzipSync(second)));
    expect(found.map(({ path, aspect }) => [path, aspect])).toEqual([
        ["x", "mode"],
        ["x", "mtime"],
        ["x", "content"],
    ]);
});

test("a part that is missing, and one that differs, are found", () => {
    const theirs = { kernel: Buffer.from("one"), cmdline: Buffer.from("quiet") };
    expect(compareBuilt(theirs, { kernel: Buffer.from("two") })).toEqual([
        { path: "(kernel)", aspect: "content", theirs: "one", ours: "two" },
        { path: "(cmdline)", aspect: "presence", theirs: "5 bytes", ours: "absent" },
    ]);
});
