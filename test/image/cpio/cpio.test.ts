import { createHash } from "node:crypto";

import fc from "fast-check";

import { readCpio, writeCpio } from "../../../providers/image/cpio";
import type { Entry } from "../../../providers/image/tree/entry";
import { collect, cut } from "../codec/collect";
import { file, folder, sampleTree, stream, symlink } from "../tree/make-entries";

const write = (...entries: readonly Entry[]) => collect(writeCpio(stream(...entries)));

interface Read {
    readonly name: string;
    readonly mode: string;
    readonly target: string;
    readonly text: string;
}

async function read(bytes: Buffer, ...sizes: readonly number[]): Promise<Read[]> {
    const found: Read[] = [];
    for await (const entry of readCpio(cut(bytes, ...(sizes.length > 0 ? sizes : [4096])))) {
        const { name, mode, target } = entry;
        found.push({ name, mode: mode.toString(8), target, text: (await collect(entry.chunks())).toString() });
    }
    return found;
}

test("a hand-made tree has always the same bytes", async () => {
    const bytes = await write(...sampleTree);
    expect(bytes.length % 512).toBe(0);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
        "c9211491d441729715e3f1d7426422338dc0903d06faf81aacf3092711ff00bc",
    );
});

test("writes the fields that LinuxKit writes", async () => {
    const bytes = await write(folder("etc"), file("etc/motd", "hello"));
    const motd = 110 + 6;
    expect(bytes.toString("latin1", 0, 114)).toBe(
        "070701000002d1000041ed0000000000000000000000025" +
            "8f63f08000000000000000300000001000000000000000000000004000000" +
            "00etc\0",
    );
    expect(bytes.toString("latin1", motd, motd + 110)).toMatch(/^070701000002d2000081a4.{16}0000000158f63f0800000005/);
});

test("what is written is what is read, whatever pieces it comes in", async () => {
    const bytes = await write(...sampleTree);
    for (const sizes of [[1], [109, 3], [100_000]]) {
        const found = await read(bytes, ...sizes);
        expect(found.map(({ name, mode, target }) => [name, mode, target])).toEqual([
            ["etc", "40755", ""],
            ["etc/motd", "100600", ""],
            ["etc/empty", "100644", ""],
            ["usr", "40755", ""],
            ["usr/bin", "40755", ""],
            ["usr/bin/su", "104755", ""],
            ["usr/bin/same", "120777", "su"],
            ["su", "120777", "usr/bin/su"],
            ["bin", "120777", "usr/bin"],
            ["tmp", "41777", ""],
            ["null", "20666", ""],
            ["sda", "60660", ""],
            ["initctl", "10600", ""],
        ]);
        expect(found[1]?.text).toBe("welcome\n");
    }
});

test("any names and contents survive", async () => {
    const name = fc.stringMatching(/^[^/\0\ud800-\udfff]{1,60}$/).filter((text) => !["TRAILER!!!"].includes(text));
    const files = fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([path]) => path });
    await fc.assert(
        fc.asyncProperty(files, async (given) => {
            const found = await read(await write(...given.map(([path, text]) => file(path, text))));
            expect(found.map((entry) => [entry.name, entry.text])).toEqual(given);
        }),
    );
});

test.each<[string, Entry, RegExp]>([
    ["4 GiB", huge("var/disk", 2 ** 32), /^\/var\/disk cannot be put into an initrd: it is 4294967296 bytes/],
    ["a long path", file("d/".repeat(2100)), /longer than 4095 bytes/],
    ["a long target", symlink("l", "t".repeat(4096)), /^\/l cannot .* longer than 4095 bytes/],
    ["the end marker's name", file("TRAILER!!!"), /end marker/],
    ["a time before 1970", file("old", "", { mtime: -1 }), /^\/old cannot .*its mtime is -1/],
    ["a time after 2106", file("new", "", { mtime: 2 ** 32 }), /its mtime is/],
    ["a broken time", file("nan", "", { mtime: Number.NaN }), /its mtime is/],
    ["an owner beyond 32 bits", file("big", "", { uid: 2 ** 32 }), /its uid is/],
])("%s is an error that names the file", async (_, entry, message) => {
    await expect(write(entry)).rejects.toMatchObject({
        code: "EntryInexpressible",
        message: expect.stringMatching(message) as string,
    });
});

test.each([-1, 1])("a content of another size than announced is an error (%i)", async (difference) => {
    const entry = { ...huge("log", 100), content: { sizeBytes: 100, chunks: () => [Buffer.alloc(100 + difference)] } };
    await expect(write(entry)).rejects.toMatchObject({ code: "EntrySize", fields: { entry: "log" } });
});

test.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut in a header", (bytes) => bytes.subarray(0, 50)],
    ["cut in a content", (bytes) => bytes.subarray(0, 10_700)],
    ["without trailer", (bytes) => bytes.subarray(0, bytes.indexOf("TRAILER") - 110)],
    ["with junk behind it", (bytes) => Buffer.concat([bytes, Buffer.from("junk")])],
    ["with another magic", (bytes) => Buffer.from(bytes.toString("latin1").replace("070701", "070707"), "latin1")],
    ["with a wrong size", (bytes) => Buffer.from(bytes.toString("latin1").replace("00002710", "00002714"), "latin1")],
    [
        "with a wrong name size",
        (bytes) => Buffer.from(bytes.toString("latin1").replace("0000000400000000", "0000000500000000"), "latin1"),
    ],
])("a cpio %s is refused", async (_, damage) => {
    await expect(read(damage(await write(...sampleTree)))).rejects.toMatchObject({ code: "CpioDamaged" });
});

function huge(path: string, sizeBytes: number): Entry {
    return { ...file(path), type: "file", content: { sizeBytes, chunks: () => [] } };
}
