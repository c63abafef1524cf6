import { createHash } from "node:crypto";
import type { EntryStream, FileEntry, HardlinkEntry } from "../tree/entry";
import { contentOf } from "../tree/content";
import { collectBytes } from "../tree/content";
import { hashedContent } from "./content";

/** Nobody writes there (FHS 3.0, 4): elsewhere a file that is written to would change the other. */
const PROGRAMS = /^usr\/(?!local\/)/;
/** Smaller ones are found by the compressor itself. */
const SMALLEST_BYTES = 64 << 10;
/** A second file of the same size is held in memory until it is compared. */
const LARGEST_BYTES = 32 << 20;

interface Seen {
    readonly entry: FileEntry;
    sha256?: string;
}

/**
 * The same entries, but a file in /usr that is in all but name a file there before it becomes a hard link to that: packages ship
 * some programs twice, further apart than a fast compressor looks back.
 */
export async function* linkDuplicates(entries: EntryStream): EntryStream {
    const bySize = new Map<number, Seen[]>();
    for await (const entry of entries) {
        if (
            entry.type !== "file" ||
            !PROGRAMS.test(entry.path) ||
            entry.content.sizeBytes < SMALLEST_BYTES ||
            entry.content.sizeBytes > LARGEST_BYTES
        ) {
            yield entry;
            continue;
        }
        const seen = bySize.get(entry.content.sizeBytes) ?? [];
        bySize.set(entry.content.sizeBytes, seen);
        const bytes = seen.length === 0 ? undefined : await collectBytes(entry.content);
        const sha256 = bytes === undefined ? undefined : createHash("sha256").update(bytes).digest("hex");
        const same = seen.find(
            (other) => sha256 !== undefined && other.sha256 === sha256 && isAlike(other.entry, entry),
        );
        if (same !== undefined) {
            yield linkTo(same.entry, entry.path);
            continue;
        }
        const next: Seen = { entry, ...(sha256 !== undefined && { sha256 }) };
        seen.push(next);
        const content =
            bytes === undefined ? hashedContent(entry.content, (digest) => (next.sha256 = digest)) : contentOf(bytes);
        yield { ...entry, content };
    }
}

function isAlike(a: FileEntry, b: FileEntry): boolean {
    const hasXattrs = a.xattrs !== undefined || b.xattrs !== undefined;
    return !hasXattrs && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
}

function linkTo(target: FileEntry, path: string): HardlinkEntry {
    const { mode, uid, gid, mtime } = target;
    return { type: "hardlink", path, target: target.path, mode, uid, gid, mtime };
}
