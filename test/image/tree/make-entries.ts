import { contentOf } from "../../../providers/image/tree/content";
import type { Entry, EntryStream } from "../../../providers/image/tree/entry";

const header = { mode: 0o644, uid: 0, gid: 0, mtime: 1_492_533_000 };

export function file(path: string, text: string | Buffer = "", changes: Partial<typeof header> = {}): Entry {
    return { ...header, type: "file", path, content: contentOf(text), ...changes };
}

export function folder(path: string, mode = 0o755): Entry {
    return { ...header, type: "directory", path, mode };
}

export function symlink(path: string, target: string): Entry {
    return { ...header, type: "symlink", path, target, mode: 0o777 };
}

export function hardlink(path: string, target: string): Entry {
    return { ...header, type: "hardlink", path, target };
}

export async function* stream(...entries: readonly Entry[]): EntryStream {
    yield* entries;
}

/** One of everything. */
export const sampleTree: readonly Entry[] = [
    folder("etc"),
    file("etc/motd", "welcome\n", { mode: 0o600 }),
    file("etc/empty"),
    folder("usr"),
    folder("usr/bin"),
    file("usr/bin/su", Buffer.alloc(10_000, "elf"), { mode: 0o4755, uid: 0, gid: 42 }),
    hardlink("usr/bin/same", "usr/bin/su"),
    hardlink("su", "usr/bin/su"),
    symlink("bin", "usr/bin"),
    folder("tmp", 0o1777),
    { ...header, type: "character", path: "null", mode: 0o666, major: 1, minor: 3 },
    { ...header, type: "block", path: "sda", mode: 0o660, major: 8, minor: 0 },
    { ...header, type: "fifo", path: "initctl", mode: 0o600 },
];
