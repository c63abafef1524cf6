import type { FatFile } from "./file";
import { entryCount } from "./name";

/** A directory, with what is directly in it. */
export interface FatDirectory {
    /** Empty for the root. */
    readonly path: string;
    readonly directories: readonly FatDirectory[];
    readonly files: readonly FatFile[];
}

const ENTRY_BYTES = 32;

export function directoryTree(files: readonly FatFile[], path = ""): FatDirectory {
    const prefix = path === "" ? "" : `${path}/`;
    const below = files.filter((file) => file.path.startsWith(prefix));
    const names = below.map((file) => file.path.slice(prefix.length).split("/"));
    const inner = new Set(names.filter((name) => name.length > 1).map(([first = ""]) => first));
    return {
        path,
        directories: [...inner].map((name) => directoryTree(below, prefix + name)),
        files: below.filter((file) => !file.path.slice(prefix.length).includes("/")),
    };
}

/** A directory and all below it, the outer ones first. */
export function allDirectories(root: FatDirectory): FatDirectory[] {
    const found = [root];
    for (const directory of found) {
        found.push(...directory.directories);
    }
    return found;
}

/** The root holds the volume's label, any other directory itself and its parent. */
export function directoryBytes(directory: FatDirectory): number {
    const own = directory.path === "" ? 1 : 2;
    const names = [...directory.directories, ...directory.files].map(({ path }) => entryCount(nameOf(path)));
    return names.reduce((sum, count) => sum + count, own) * ENTRY_BYTES;
}

export function nameOf(path: string): string {
    return path.slice(path.lastIndexOf("/") + 1);
}
