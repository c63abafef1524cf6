import { readTar } from "../../../providers/image/archive";
import { type TarMember, makeMember, makePax, makeTar, seal, tarEnd } from "./make-tar";
import { readAll } from "./read-all";

const folder = (name: string): TarMember => ({ name, type: "5" });

test.each<[string, RegExp, TarMember[]]>([
    ["a path with ..", /"a\/\.\.\/\.\.\/etc\/passwd": .*leaves the root/, [{ name: "a/../../etc/passwd" }]],
    ["an inner ..", /"a\/\.\.\/b": .*leaves the root/, [{ name: "a/../b" }]],
    ["an absolute path", /"\/etc\/passwd": its path is absolute/, [{ name: "/etc/passwd" }]],
    ["a link up and out", /"a\/l": .*leaves the root/, [{ name: "a/l", type: "2", link: "../../x" }]],
    ["an absolute link up and out", /"l": .*leaves the root/, [{ name: "l", type: "2", link: "/a/../../x" }]],
    ["an empty link", /"l": .*empty/, [{ name: "l", type: "2" }]],
    ["a hard link out", /"\.\.\/x": .*leaves the root/, [{ name: "l", type: "1", link: "../x" }]],
    ["a hard link to nothing", /"l": .*no earlier file/, [{ name: "l", type: "1", link: "x" }]],
    ["a hard link to a later file", /"l": .*no earlier/, [{ name: "l", type: "1", link: "x" }, { name: "x" }]],
    ["a hard link to a folder", /"l": .*no earlier file/, [folder("d"), { name: "l", type: "1", link: "d" }]],
    [
        "a hard link to a symlink",
        /"l"/,
        [
            { name: "s", type: "2", link: "x" },
            { name: "l", type: "1", link: "s" },
        ],
    ],
    [
        "an entry below a symlink",
        /"s\/x": it lies below "s"/,
        [{ name: "s", type: "2", link: "/etc" }, { name: "s/x" }],
    ],
    [
        "one far below a symlink",
        /"s\/a\/b\/x": .*below "s"/,
        [{ name: "s", type: "2", link: "/e" }, { name: "s/a/b/x" }],
    ],
    ["an entry below a file", /"f\/x": it lies below "f"/, [{ name: "f" }, { name: "f/x" }]],
    ["a folder turned into a link", /"d": it is a symlink/, [{ name: "d/x" }, { name: "d", type: "2", link: "/etc" }]],
    ["a duplicate", /"a": .*twice/, [{ name: "a" }, { name: "./a" }]],
    ["a duplicate folder", /"a": .*twice/, [folder("a"), folder("a/")]],
    ["a character device", /"null": it is a device/, [{ name: "null", type: "3", major: 1, minor: 3 }]],
    ["a block device", /"sda": it is a device/, [{ name: "sda", type: "4" }]],
    ["a sparse file", /"s": its type "S"/, [{ name: "s", type: "S" }]],
    ["an unknown type", /"s": its type "Z"/, [{ name: "s", type: "Z" }]],
    ["a root that is a file", /"\.": only a folder/, [{ name: "." }]],
    ["more than 4 GiB", /"big": it is 5000000000 bytes/, [{ name: "big", size: 5_000_000_000 }]],
    ["a size beyond all bounds", /"big": a number in its header/, [{ name: "big", size: 2 ** 60 }]],
    ["a deep path", /deeper than 128/, [{ name: "short" }, folder("d/".repeat(49)), deep(130)]],
])("refuses %s", async (_, message, members) => {
    const bytes = Buffer.concat([...members.map((member) => named(member)), tarEnd]);
    await expect(readAll(bytes)).rejects.toMatchObject({
        code: "ArchiveRefused",
        message: expect.stringMatching(message) as string,
    });
});

test.each<[string, RegExp, Buffer]>([
    ["nothing", /empty/, Buffer.alloc(0)],
    ["no tar", /checksum|octal/, Buffer.alloc(1024, "not a tar. ")],
    ["a cut header", /truncated/, makeTar({ name: "a" }).subarray(0, 300)],
    ["a cut body", /truncated/, makeMember({ name: "a", body: "x".repeat(2000) }).subarray(0, 1500)],
    ["a missing end", /end marker/, makeMember({ name: "a" })],
    ["something after the end", /after its end/, Buffer.concat([makeTar({ name: "a" }), Buffer.from("more")])],
    ["a wrong checksum", /"a": the checksum/, Buffer.concat([flipped(makeMember({ name: "a" }), 105), tarEnd])],
    ["a name that is no UTF-8", /not UTF-8/, Buffer.concat([misnamed(), tarEnd])],
    ["a pax path with a NUL", /NUL/, Buffer.concat([makePax({ path: "a\0b" }), makeTar({ name: "a" })])],
    ["a pax path with ..", /leaves the root/, Buffer.concat([makePax({ path: "../b" }), makeTar({ name: "a" })])],
    ["a pax size that is none", /no number/, Buffer.concat([makePax({ size: "-1" }), makeTar({ name: "a" })])],
    ["a pax time that is none", /no number/, Buffer.concat([makePax({ mtime: "now" }), makeTar({ name: "a" })])],
    ["a sparse pax file", /sparse/, Buffer.concat([makePax({ "GNU.sparse.major": "1" }), makeTar({ name: "a" })])],
    ["a global path", /global/, Buffer.concat([makePax({ path: "x" }, "g"), makeTar({ name: "a" })])],
    ["a pax record without length", /malformed/, makeTar({ name: "p", type: "x", body: "path=x\n" })],
    ["a pax record too long", /malformed/, makeTar({ name: "p", type: "x", body: "99 path=x\n" })],
    ["a pax record of no length", /malformed/, makeTar({ name: "p", type: "x", body: "0 path=x\n" })],
    ["a huge long name", /extended header is larger/, makeTar({ name: "p", type: "L", size: 2 ** 31 })],
    ["long names without end", /too many extended/, Buffer.concat(Array<Buffer>(50).fill(makePax({ path: "x" })))],
    ["xattrs without end", /256 extended attributes/, Buffer.concat([manyXattrs(), makeTar({ name: "a" })])],
])("refuses %s", async (_, message, bytes) => {
    await expect(readAll(bytes)).rejects.toMatchObject({
        code: "ArchiveRefused",
        message: expect.stringMatching(message) as string,
    });
});

test("a bomb of ten million entries ends at the limit, by name, in bounded memory", async () => {
    let produced = 0;
    async function* bomb() {
        for (let index = 0; index < 10_000_000; index++) {
            produced += 1;
            yield makeMember({ name: `folder/${index}` });
        }
    }
    await expect(drain(bomb(), { maxEntries: 20_000 })).rejects.toThrow(/"folder\/19999": .*more than 20000 entries/);
    expect(produced).toBeLessThan(21_000);
});

test("paths are bounded together, and so is the whole", async () => {
    async function* endless(member: TarMember) {
        for (let index = 0; ; index++) {
            yield makeMember({ ...member, name: `${member.name}/${index}` });
        }
    }
    const long = { name: "n".repeat(90) };
    await expect(drain(endless(long), { maxTotalPathBytes: 100_000 })).rejects.toThrow(/all paths together/);
    const large = { name: "f", body: Buffer.alloc(100_000) };
    await expect(drain(endless(large), { maxTotalBytes: 2_000_000 })).rejects.toThrow(/"f\/\d+": the whole is larger/);
});

async function drain(source: AsyncIterable<Buffer>, limits: object): Promise<void> {
    for await (const entry of readTar(source, limits)) {
        expect(entry.type).toBe("file");
    }
}

function deep(depth: number): TarMember {
    return { name: "d/".repeat(depth) };
}

/** Names beyond a header's 100 bytes go into a pax header. */
function named(member: TarMember): Buffer {
    return member.name.length <= 100
        ? makeMember(member)
        : Buffer.concat([makePax({ path: member.name }), makeMember({ ...member, name: "long" })]);
}

function manyXattrs(): Buffer {
    return makePax(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`SCHILY.xattr.user.x${index}`, "v"])));
}

function misnamed(): Buffer {
    const member = makeMember({ name: "abc" });
    member[1] = 0xff;
    return seal(member);
}

function flipped(bytes: Buffer, offset: number): Buffer {
    const copy = Buffer.from(bytes);
    copy[offset] = (copy[offset] ?? 0) ^ 1;
    return copy;
}
