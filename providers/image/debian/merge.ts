import { LinuxKitError } from "../../../sdk/assembly/error";
import { GENERATED_MTIME } from "../tree/content";
import type { DirectoryEntry, Entry } from "../tree/entry";

const MAX_LINKS = 40;

interface Known {
    readonly type: Entry["type"];
    /** Package, or what else brought the entry. */
    readonly owner: string;
    readonly target?: string;
}

/** Puts the entries of several packages into one root filesystem, as dpkg's unpacking does. */
export interface Merge {
    /**
     * The entries to emit for one of `owner`: missing parents, then the entry, its path followed through links that
     * stand there; none where the same is there already or the one there replaces it.
     *
     * @throws LinuxKitError DebianConflict, when two packages bring the same path
     */
    place(entry: Entry, owner: string): readonly Entry[];
    has(path: string): boolean;
}

/** @param wins whether a file of the first package, already placed, replaces one of the second */
export function createMerge(wins: (placed: string, other: string) => boolean): Merge {
    const known = new Map<string, Known>();
    const place = (raw: Entry, owner: string): readonly Entry[] => {
        const entry = relocate(raw, known);
        const before = known.get(entry.path);
        if (before === undefined) {
            const parents = missingParents(entry, known, owner);
            known.set(entry.path, { type: entry.type, owner, ...("target" in entry && { target: entry.target }) });
            return [...parents, entry];
        }
        if (isSame(before, entry) || wins(before.owner, owner)) {
            return [];
        }
        throw conflict(entry, before, owner);
    };
    return { place, has: (path) => known.has(follow(path, known)) };
}

/** A directory where one is, or a link to one, is no news; nor is the same link twice. */
function isSame(before: Known, entry: Entry): boolean {
    if (entry.type === "directory") {
        return before.type === "directory" || before.type === "symlink";
    }
    return entry.type === "symlink" && before.type === "symlink" && before.target === entry.target;
}

function relocate(entry: Entry, known: ReadonlyMap<string, Known>): Entry {
    const path = follow(entry.path, known);
    return entry.type === "hardlink" ? { ...entry, path, target: follow(entry.target, known) } : { ...entry, path };
}

function missingParents(entry: Entry, known: Map<string, Known>, owner: string): DirectoryEntry[] {
    const missing: DirectoryEntry[] = [];
    for (let slash = entry.path.lastIndexOf("/"); slash > 0; slash = entry.path.lastIndexOf("/", slash - 1)) {
        const path = entry.path.slice(0, slash);
        const before = known.get(path);
        if (before?.type === "directory") {
            break;
        }
        if (before !== undefined) {
            throw conflict({ ...entry, path }, before, owner);
        }
        known.set(path, { type: "directory", owner });
        missing.unshift({ type: "directory", path, mode: 0o755, uid: 0, gid: 0, mtime: GENERATED_MTIME });
    }
    return missing;
}

function conflict(entry: Entry, before: Known, owner: string): LinuxKitError {
    return new LinuxKitError(
        "DebianConflict",
        `${owner} and ${before.owner} both bring /${entry.path}, and neither says that it replaces the other: ` +
            `they cannot be in one image.`,
        { path: entry.path, packages: [before.owner, owner] },
    );
}

/** Follows links in the folders of a path, not in its last name. */
function follow(path: string, known: ReadonlyMap<string, Known>): string {
    const slash = path.lastIndexOf("/");
    if (slash < 0 || known.get(path.slice(0, slash))?.type === "directory") {
        return path;
    }
    const folder = resolveFolder(path.slice(0, slash), known);
    return folder === "" ? path.slice(slash + 1) : `${folder}${path.slice(slash)}`;
}

function resolveFolder(folder: string, known: ReadonlyMap<string, Known>): string {
    let rest = folder.split("/");
    let done: string[] = [];
    for (let links = 0; rest.length > 0;) {
        const [segment = "", ...after] = rest;
        rest = after;
        const target = linkTarget(known, [...done, segment]);
        if (segment === "..") {
            done = done.slice(0, -1);
        } else if (target === undefined) {
            done = segment === "." || segment === "" ? done : [...done, segment];
        } else {
            links += 1;
            if (links > MAX_LINKS) {
                throw new LinuxKitError("DebianConflict", `The links in /${folder} go round in a circle.`, {
                    path: folder,
                });
            }
            done = target.startsWith("/") ? [] : done;
            rest = [...target.split("/"), ...rest];
        }
    }
    return done.join("/");
}

function linkTarget(known: ReadonlyMap<string, Known>, segments: readonly string[]): string | undefined {
    const found = known.get(segments.join("/"));
    return found?.type === "symlink" ? found.target : undefined;
}
