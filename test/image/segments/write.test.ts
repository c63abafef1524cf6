import { createHash } from "node:crypto";

import type { SegmentRecord } from "../../../providers/image/segments";
import { verifySegment, writeSegment } from "../../../providers/image/segments/write";
import type { Entry } from "../../../providers/image/tree/entry";
import { file, folder, hardlink, sampleTree, stream, symlink } from "../tree/make-entries";

async function pack(entries: readonly Entry[], codec: "zstd" | "gzip" = "zstd", captured: readonly string[] = []) {
    const chunks: Buffer[] = [];
    const record = await writeSegment(
        { entries: stream(...entries), notes: [] },
        { compression: { codec, level: 3 }, captured, signal: new AbortController().signal },
        (chunk) => Promise.resolve(void chunks.push(chunk)),
    );
    return { record, payload: Buffer.concat(chunks) };
}

test("a hand-made tree gives the same segment everywhere", async () => {
    const { record, payload } = await pack(sampleTree, "gzip");
    expect(createHash("sha256").update(payload).digest("hex")).toBe(
        "f036686bce19fcd3120607ec5bc3ee10044543c752a029410527862feeac7cdb",
    );
    expect((await pack(sampleTree, "zstd")).record.contentSha256).toBe(record.contentSha256);
    expect(record.contentSha256).toBe("c9211491d441729715e3f1d7426422338dc0903d06faf81aacf3092711ff00bc");
});

test.each(["zstd", "gzip"] as const)("%s: begins and ends at a multiple of four, and reads back", async (codec) => {
    for (let length = 0; length < 12; length++) {
        const { record, payload } = await pack([file("a", "x".repeat(length))], codec);
        expect(payload.length % 4).toBe(0);
        await verifySegment([payload], record);
    }
});

test("puts missing parents in, leaves repeated folders out, and says what it holds", async () => {
    const { record } = await pack([file("a/b/c"), folder("a"), folder("a/b", 0o700), symlink("l", "a")]);
    expect(record.index).toEqual([
        ["a", 0o40755, 0, 0],
        ["a/b", 0o40755, 0, 0],
        ["a/b/c", 0o100644, 0, 0],
        ["a/b", 0o40700, 0, 0],
        ["l", 0o120777, 0, 0, "a"],
    ]);
});

test.each<[string, readonly Entry[], RegExp]>([
    ["a file twice", [file("a"), file("a")], /^\/a cannot .* twice/],
    ["a file for a folder", [folder("a"), file("a")], /^\/a cannot .* as directory and as file/],
    [
        "something below a symlink",
        [symlink("s", "/etc"), file("s/x")],
        /^\/s\/x cannot .* below \/s, which is a symlink/,
    ],
    ["something below a hard link", [file("f"), hardlink("h", "f"), file("h/x")], /below \/h/],
])("refuses %s", async (_, entries, message) => {
    await expect(pack(entries)).rejects.toMatchObject({
        code: "TreeMalformed",
        message: expect.stringMatching(message) as string,
    });
});

test("extended attributes, which are lost, are named, and kept in the record", async () => {
    const xattrs = { "security.capability": Buffer.from([1, 0, 0xff]) };
    const { record } = await pack([
        { ...file("usr/bin/ping"), xattrs },
        file("plain"),
        { ...file("__proto__"), xattrs },
    ]);
    expect(record.notes).toEqual([expect.stringContaining("those of /usr/bin/ping, /__proto__ are lost")]);
    const kept = '{"security.capability":"AQD/"}';
    expect(JSON.stringify(record.xattrs)).toBe(`{"usr/bin/ping":${kept},"__proto__":${kept}}`);
});

test("keeps the texts it was asked for", async () => {
    const { record, payload } = await pack([file("etc/passwd", "root:x:0:0"), file("other", "y")], "zstd", [
        "etc/passwd",
    ]);
    expect(record.captured).toEqual({ "etc/passwd": "root:x:0:0" });
    await verifySegment([payload], record);
});

test("a segment that does not hold what was put in is found out", async () => {
    const { record, payload } = await pack(sampleTree);
    const other = await pack(
        sampleTree.map((entry) => (entry.path === "etc/motd" ? file("etc/motd", "wrong!!\n") : entry)),
    );
    const wrong: [Buffer, SegmentRecord][] = [
        [other.payload, record],
        [payload, { ...record, index: record.index.slice(1) }],
        [payload, { ...record, index: record.index.slice(0, -1) }],
        [payload, { ...record, index: record.index.map(([path, mode, , ...rest]) => [path, mode, 7, ...rest]) }],
    ];
    for (const [bytes, claimed] of wrong) {
        await expect(verifySegment([bytes], claimed)).rejects.toMatchObject({ code: "SegmentWrong" });
    }
    await expect(verifySegment([Buffer.concat([payload, Buffer.from("more")])], record)).rejects.toMatchObject({
        code: "InitrdDamaged",
    });
});

test("a build that is called off stops between entries", async () => {
    const abort = new AbortController();
    async function* endless() {
        for (let index = 0; ; index++) {
            yield file(`f${index}`);
            if (index === 100) {
                abort.abort(new Error("called off"));
            }
        }
    }
    await expect(
        writeSegment(
            { entries: endless(), notes: [] },
            { compression: { codec: "zstd", level: 3 }, captured: [], signal: abort.signal },
            () => Promise.resolve(),
        ),
    ).rejects.toThrow("called off");
});

test("keeps of what each hard link is another name", async () => {
    const { record } = await pack(sampleTree);
    expect(record.hardlinks).toEqual({ "usr/bin/same": "usr/bin/su", su: "usr/bin/su" });
});
