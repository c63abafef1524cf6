import { createHash } from "node:crypto";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Chunks, type CompressOptions, compress } from "../codec";
import { entryMode, linkTarget, writeCpio } from "../cpio";
import { readInitrd } from "../initrd/read";
import { wellFormed } from "../tree/compose";
import type { Content, Entry, EntryStream, FileEntry } from "../tree/entry";
import type { IndexedEntry, OpenedTree, SegmentRecord } from "./recipe";

const CAPTURE_LIMIT_BYTES = 4 << 20;
const ALIGNMENT = 4;

export interface WriteOptions {
    readonly compression: CompressOptions;
    readonly captured: readonly string[];
    readonly signal: AbortSignal;
}

/** What was put into a segment, kept while it is written. */
interface Written {
    readonly expected: IndexedEntry[];
    readonly hardlinks: Record<string, string>;
    readonly captured: Record<string, string>;
    readonly xattrs: Record<string, Readonly<Record<string, string>>>;
}

/** Writes a tree as one compressed, complete cpio, padded to four bytes; gives what its record says. */
export async function writeSegment(
    tree: OpenedTree,
    options: WriteOptions,
    append: (chunk: Buffer) => Promise<void>,
): Promise<SegmentRecord> {
    const written: Written = { expected: [], hardlinks: byPath(), captured: byPath(), xattrs: byPath() };
    const hash = createHash("sha256");
    let contentBytes = 0;
    let packedBytes = 0;
    async function* content() {
        for await (const chunk of writeCpio(noted(tree.entries, written, options))) {
            hash.update(chunk);
            contentBytes += chunk.length;
            yield chunk;
        }
    }
    for await (const chunk of compress(content(), options.compression)) {
        packedBytes += chunk.length;
        await append(chunk);
    }
    await append(Buffer.alloc(-packedBytes & (ALIGNMENT - 1)));
    return {
        contentBytes,
        contentSha256: hash.digest("hex"),
        index: written.expected,
        hardlinks: written.hardlinks,
        xattrs: written.xattrs,
        captured: written.captured,
        notes: [...tree.notes, ...strippedNote(Object.keys(written.xattrs))],
    };
}

/** A path may be any word, those that objects inherit included. */
function byPath<T>(): Record<string, T> {
    return Object.create(null) as Record<string, T>;
}

async function* noted(entries: EntryStream, written: Written, options: WriteOptions): EntryStream {
    for await (const entry of wellFormed(entries)) {
        options.signal.throwIfAborted();
        written.expected.push(indexed(entry));
        if (entry.type === "hardlink") {
            written.hardlinks[entry.path] = entry.target;
        }
        noteXattrs(entry, written);
        yield options.captured.includes(entry.path) ? await captureText(entry, written) : entry;
    }
}

function indexed(entry: Entry): IndexedEntry {
    const target = linkTarget(entry);
    const { path, uid, gid } = entry;
    return target === "" ? [path, entryMode(entry), uid, gid] : [path, entryMode(entry), uid, gid, target];
}

function noteXattrs({ path, xattrs = {} }: Entry, written: Written): void {
    const named = Object.entries(xattrs).map(([name, value]) => [name, value.toString("base64")]);
    if (named.length > 0) {
        written.xattrs[path] = Object.fromEntries(named) as Record<string, string>;
    }
}

async function captureText(entry: Entry, written: Written): Promise<Entry> {
    if (entry.type !== "file" || entry.content.sizeBytes > CAPTURE_LIMIT_BYTES) {
        return entry;
    }
    const bytes = await bytesOf(entry);
    written.captured[entry.path] = bytes.toString();
    const content: Content = { sizeBytes: bytes.length, chunks: () => [bytes] };
    return { ...entry, content };
}

async function bytesOf(entry: FileEntry): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of entry.content.chunks()) {
        parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts);
}

function strippedNote(paths: readonly string[]): string[] {
    if (paths.length === 0) {
        return [];
    }
    const shown = paths.slice(0, 3).map((path) => `/${path}`);
    const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : "";
    return [
        `an initrd holds no extended attributes: those of ${shown.join(", ")}${more} are lost, file capabilities too`,
    ];
}

/**
 * Reads a written segment as the kernel would and compares it with what was put into it.
 * @throws LinuxKitError SegmentWrong
 */
export async function verifySegment(payload: Chunks, record: SegmentRecord): Promise<void> {
    const hash = createHash("sha256");
    let count = 0;
    for await (const entry of readInitrd(payload, { observe: (chunk) => hash.update(chunk) })) {
        const [path, mode, uid, gid, target = ""] = record.index[count] ?? ["", 0, 0, 0];
        const isOwned = entry.uid === uid && entry.gid === gid;
        if (entry.name !== path || entry.mode !== mode || !isOwned || entry.target !== target) {
            throw wrong(`/${entry.name} stands where /${path} should, or differs from it`);
        }
        count += 1;
    }
    if (count !== record.index.length || hash.digest("hex") !== record.contentSha256) {
        throw wrong(`it holds ${count} of ${record.index.length} entries, or other content`);
    }
}

function wrong(reason: string): LinuxKitError {
    return new LinuxKitError(
        "SegmentWrong",
        `what was packed does not unpack to what was put in: ${reason}; this is an error of the builder or of the machine`,
        { reason },
    );
}
