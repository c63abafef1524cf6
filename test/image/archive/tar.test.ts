import { readTar } from "../../../providers/image/archive";
import type { FileEntry } from "../../../providers/image/tree/entry";
import { collect, cut } from "../codec/collect";
import { makeMember, makePax, makeTar, tarEnd } from "./make-tar";
import { readAll } from "./read-all";

const header = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

test("gives every kind of entry with its fields", async () => {
    const bytes = makeTar(
        { name: "./", type: "5", mode: 0o755 },
        { name: "./etc/", type: "5", mode: 0o755 },
        { name: "./etc/motd", body: "hello", mode: 0o4755, uid: 12, gid: 34, mtime: 1_492_533_000 },
        { name: "etc/same", type: "1", link: "./etc/motd" },
        { name: "etc/issue", type: "2", link: "../etc/motd" },
        { name: "run", type: "2", link: "/var/run" },
        { name: "pipe", type: "6" },
        { name: "null", type: "3", major: 1, minor: 3 },
        { name: "sda", type: "4", major: 8, minor: 0 },
    );
    expect(await readAll(bytes, { devices: true })).toEqual([
        { ...header, type: "directory", path: "etc", mode: 0o755 },
        { type: "file", path: "etc/motd", mode: 0o4755, uid: 12, gid: 34, mtime: 1_492_533_000, text: "hello" },
        { ...header, type: "hardlink", path: "etc/same", target: "etc/motd" },
        { ...header, type: "symlink", path: "etc/issue", target: "../etc/motd" },
        { ...header, type: "symlink", path: "run", target: "/var/run" },
        { ...header, type: "fifo", path: "pipe" },
        { ...header, type: "character", path: "null", major: 1, minor: 3 },
        { ...header, type: "block", path: "sda", major: 8, minor: 0 },
    ]);
});

test("takes long names, sizes and numbers from pax headers, and extended attributes", async () => {
    const long = `${"d".repeat(120)}/${"f".repeat(130)}`;
    const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
    const bytes = Buffer.concat([
        makePax({ comment: "for all", mtime: "7.25" }, "g"),
        makePax({ path: long, uid: "3000000", "SCHILY.xattr.security.capability": capability }),
        makeMember({ name: "short", body: "x" }),
        makePax({ linkpath: long }),
        makeMember({ name: "link", type: "2", link: "short", mtime: 1 }),
        tarEnd,
    ]);
    expect(await readAll(bytes)).toEqual([
        {
            ...header,
            type: "file",
            path: long,
            uid: 3_000_000,
            mtime: 7,
            text: "x",
            xattrs: { "security.capability": capability },
        },
        { ...header, type: "symlink", path: "link", target: long, mtime: 7 },
    ]);
});

test("takes GNU long names and base-256 numbers", async () => {
    const long = "n".repeat(200);
    const bytes = Buffer.concat([
        makeMember({ name: "././@LongLink", type: "L", body: `${long}\0`, gnu: true }),
        makeMember({ name: long.slice(0, 100), body: "x", uid: 4_000_000, gnu: true }),
        makeMember({ name: "././@LongLink", type: "K", body: `${long}\0`, gnu: true }),
        makeMember({ name: "same", type: "1", link: long.slice(0, 100), gnu: true }),
        tarEnd,
    ]);
    expect(await readAll(bytes)).toEqual([
        { ...header, type: "file", path: long, uid: 4_000_000, text: "x" },
        { ...header, type: "hardlink", path: "same", target: long },
    ]);
});

test("the pieces the bytes come in do not show, and what is not read is skipped", async () => {
    const bytes = makeTar({ name: "a", body: "x".repeat(5000) }, { name: "b", body: "second" });
    for (const sizes of [[1], [511, 513], [100_000]]) {
        let text = "";
        for await (const entry of readTar(cut(bytes, ...sizes))) {
            if (entry.type === "file" && entry.path === "b") {
                text = (await collect(entry.content.chunks())).toString();
            }
        }
        expect(text).toBe("second");
    }
});

test("a content read half, twice or too late does not give bytes of another", async () => {
    const bytes = makeTar({ name: "a", body: "x".repeat(5000) }, { name: "b", body: "second" });
    const kept: AsyncIterator<Buffer>[] = [];
    const again: unknown[] = [];
    for await (const entry of readTar(cut(bytes, 100))) {
        const content = (entry as FileEntry).content;
        const chunks = (content.chunks() as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
        await chunks.next();
        again.push(...(await Promise.allSettled([collect(content.chunks())])));
        kept.push(chunks);
    }
    const reason = expect.objectContaining({ message: expect.stringContaining("once") as string }) as Error;
    expect(again).toEqual([
        { status: "rejected", reason },
        { status: "rejected", reason },
    ]);
    expect(await Promise.all(kept.map((chunks) => chunks.next()))).toEqual([
        { done: true, value: undefined },
        { done: true, value: undefined },
    ]);
});

test("leaving the loop early ends the source", async () => {
    let isClosed = false;
    async function* source() {
        try {
            yield* cut(makeTar({ name: "a" }, { name: "b" }), 512);
        } finally {
            isClosed = true;
        }
    }
    for await (const entry of readTar(source())) {
        expect(entry.path).toBe("a");
        break;
    }
    expect(isClosed).toBe(true);
});

test("a layer is taken as common tools write it, and no further", async () => {
    const layer = { layer: true };
    const taken = makeTar(
        { name: "/a", type: "5", mode: 0o700 },
        { name: "./a/", type: "5", mode: 0o711 },
        { name: "/a/up", type: "2", link: "../../../x" },
        { name: "/a/link", type: "1", link: "/below" },
        { name: "/a/link2", type: "1", link: "a/up" },
    );
    const entries = await readAll(taken, layer);
    expect(entries.map((entry) => [entry.path, "target" in entry ? entry.target : entry.mode])).toEqual([
        ["a", 0o700],
        ["a", 0o711],
        ["a/up", "../../../x"],
        ["a/link", "below"],
        ["a/link2", "a/up"],
    ]);
    for (const refusedMember of [{ name: "/../a" }, { name: "l", type: "1", link: "../x" }, { name: "d", type: "3" }]) {
        await expect(readAll(makeTar(refusedMember), layer)).rejects.toMatchObject({ code: "ArchiveRefused" });
    }
    await expect(readAll(makeTar({ name: "a" }, { name: "/a" }), layer)).rejects.toThrow("twice");
    await expect(readAll(makeTar({ name: "d/x" }, { name: "d", type: "2", link: "/" }), layer)).rejects.toThrow(
        "below",
    );
});
