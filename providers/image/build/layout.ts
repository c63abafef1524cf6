import { LinuxKitError } from "../../../sdk/assembly/error";
import type { IndexedEntry, Segment } from "../segments";
import { generatedDirectory } from "../tree/compose";
import type { DirectoryEntry } from "../tree/entry";

const TYPE_MASK = 0o170000;
const DIRECTORY = 0o040000;
const SYMLINK = 0o120000;
const MAX_LINKS = 40;

/** What stands at each path when the kernel has unpacked some segments. */
export type Layout = ReadonlyMap<string, IndexedEntry>;

/**
 * Unpacks the segments' indexes as the kernel does, one over the other.
 * @throws LinuxKitError LayoutConflict where it would lose something: a folder over a link, or a file over a folder
 */
export function layOut(segments: readonly Segment[]): Layout {
    const layout = new Map<string, IndexedEntry>();
    for (const { component, sealed } of segments) {
        for (const entry of sealed.record.index) {
            const before = layout.get(entry[0]);
            if (before !== undefined && isDirectory(before) !== isDirectory(entry)) {
                throw conflict(component, entry, before);
            }
            layout.set(entry[0], entry);
        }
    }
    return layout;
}

function isDirectory([, mode]: IndexedEntry): boolean {
    return (mode & TYPE_MASK) === DIRECTORY;
}

/** The folder that stands at a path, to be written again as it is. */
export function standingFolder(path: string, layout: Layout): DirectoryEntry | undefined {
    const found = layout.get(path);
    return found === undefined || !isDirectory(found)
        ? undefined
        : { ...generatedDirectory(path, found[1] & 0o7777), uid: found[2], gid: found[3] };
}

/** The folders that lead to a path, the outermost first. */
export function foldersAbove(path: string): string[] {
    const segments = path.split("/").slice(0, -1);
    return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** Where a path leads when the links among its folders are followed, as writing to it on a running machine would. */
export function followLinks(path: string, layout: Layout): string {
    let done: string[] = [];
    let rest = path.split("/");
    for (let links = 0; rest.length > 1;) {
        const [segment = "", ...after] = rest;
        const next = [...done, segment].join("/");
        const [, mode = 0, , , target = ""] = layout.get(next) ?? [];
        rest = after;
        if (segment === "..") {
            done = done.slice(0, -1);
        } else if ((mode & TYPE_MASK) === SYMLINK) {
            links += 1;
            if (links > MAX_LINKS) {
                throw new LinuxKitError("LayoutLoop", `the links in /${path} go round in a circle`, { path });
            }
            done = target.startsWith("/") ? [] : done;
            rest = [...target.split("/"), ...after];
        } else if (segment !== "" && segment !== ".") {
            done = [...done, segment];
        }
    }
    return [...done, ...rest].join("/");
}

function conflict(component: string, [path, mode]: IndexedEntry, [, before]: IndexedEntry): LinuxKitError {
    const text = `${component} brings /${path} as a ${typeName(mode)}, where an earlier component has a ${typeName(before)}`;
    return new LinuxKitError("LayoutConflict", text, { component, path });
}

function typeName(mode: number): string {
    const type = mode & TYPE_MASK;
    return type === DIRECTORY ? "folder" : type === SYMLINK ? "symlink" : "file";
}
