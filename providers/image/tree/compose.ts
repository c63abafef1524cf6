import { LinuxKitError } from "../../../sdk/assembly/error";
import { GENERATED_MTIME } from "./content";
import type { DirectoryEntry, Entry, EntryStream } from "./entry";

export function generatedDirectory(path: string, mode = 0o755): DirectoryEntry {
    return { type: "directory", path, mode, uid: 0, gid: 0, mtime: GENERATED_MTIME };
}

/** The same tree, standing in `directory` instead of the root. */
export async function* inDirectory(directory: string, entries: EntryStream): EntryStream {
    for await (const entry of entries) {
        const path = `${directory}/${entry.path}`;
        yield entry.type === "hardlink"
            ? { ...entry, path, target: `${directory}/${entry.target}` }
            : { ...entry, path };
    }
}

/** `entries`, less what the overrides bring too, and then the overrides. Their contents must be readable later. */
export async function* overridden(entries: EntryStream, overrides: EntryStream | Iterable<Entry>): EntryStream {
    const kept: Entry[] = [];
    for await (const entry of overrides) {
        kept.push(entry);
    }
    const replaced = new Set(kept.filter(({ type }) => type !== "directory").map(({ path }) => path));
    for await (const entry of entries) {
        if (!replaced.has(entry.path)) {
            yield entry;
        }
    }
    yield* kept;
}

export async function* chained(...streams: readonly (EntryStream | Iterable<Entry>)[]): EntryStream {
    for (const stream of streams) {
        yield* stream;
    }
}

/**
 * A tree that unpacks in one pass: missing parents are put in (0755, root), a folder that comes again unchanged is left out,
 * and what comes twice otherwise, or below something that is no folder, is an error.
 */
export async function* wellFormed(entries: EntryStream): EntryStream {
    const seen = new Map<string, Entry>();
    for await (const entry of entries) {
        for (const parent of missingParents(entry.path, seen)) {
            seen.set(parent.path, parent);
            yield parent;
        }
        const before = seen.get(entry.path);
        if (before === undefined) {
            seen.set(entry.path, withoutContent(entry));
            yield entry;
        } else if (before.type !== "directory" || entry.type !== "directory") {
            throw malformed(entry.path, `it is in the image twice, as ${before.type} and as ${entry.type}`);
        } else if (before.mode !== entry.mode || before.uid !== entry.uid || before.gid !== entry.gid) {
            seen.set(entry.path, entry);
            yield entry;
        }
    }
}

/** So that what a content is read from can be let go. */
function withoutContent(entry: Entry): Entry {
    return entry.type === "file" ? { ...entry, content: { sizeBytes: 0, chunks: () => [] } } : entry;
}

function missingParents(path: string, seen: ReadonlyMap<string, Entry>): DirectoryEntry[] {
    const missing: DirectoryEntry[] = [];
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
        const parent = path.slice(0, slash);
        const known = seen.get(parent);
        if (known?.type === "directory") {
            break;
        }
        if (known !== undefined) {
            throw malformed(path, `it lies below /${parent}, which is a ${known.type}`);
        }
        missing.unshift(generatedDirectory(parent));
    }
    return missing;
}

function malformed(path: string, reason: string): LinuxKitError {
    return new LinuxKitError("TreeMalformed", `/${path} cannot be put into the image: ${reason}`, {
        entry: path,
        reason,
    });
}
