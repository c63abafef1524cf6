import type { Entry, EntryStream } from "../../../../providers/image/tree/entry";
import { noise } from "../../virtual-disk/support/disks";

const header = (path: string, mode: number) => ({ path, mode, uid: 0, gid: 0, mtime: 1_500_000_000 });

export const folder = (path: string, mode = 0o755): Entry => ({ ...header(path, mode), type: "directory" });

export function file(path: string, bytes: Buffer | string, changes: Partial<Entry> = {}): Entry {
    const data = Buffer.from(bytes);
    return {
        ...header(path, 0o644),
        ...(changes as object),
        type: "file",
        content: { sizeBytes: data.length, chunks: () => [data.subarray(0, 1000), data.subarray(1000)] },
    };
}

export const link = (path: string, target: string): Entry => ({ ...header(path, 0o777), type: "symlink", target });
export const hardlink = (path: string, target: string): Entry => ({ ...header(path, 0o644), type: "hardlink", target });

/** Entries as a stream that can be read several times. */
export const stream = (entries: readonly Entry[]): (() => EntryStream) =>
    async function* () {
        yield* entries;
    };

/** Files of every length around a block's, a large folder, every kind of node, and what comes twice. */
export const usualEntries: readonly Entry[] = [
    folder("etc"),
    file("etc/replaced", "the first"),
    folder("bin"),
    file("bin/tool", noise(70_001, 1), { mode: 0o4755, uid: 70_000, gid: 5 }),
    hardlink("bin/same", "bin/tool"),
    link("bin/alias", "../bin/tool"),
    link("bin/far", `/${"x".repeat(4000)}`),
    folder("sizes", 0o700),
    ...[0, 1, 4031, 4032, 4033, 4095, 4096, 4097, 8192].map((size) => file(`sizes/${size}`, noise(size, size))),
    folder("many"),
    ...Array.from({ length: 400 }, (_, index) => file(`many/a-file-with-a-long-name-${index}`, `content ${index}`)),
    file("many/ünïcödé ", "a name"),
    hardlink("etc/old", "etc/replaced"),
    file("etc/replaced", "the second, longer one", { mode: 0o600 }),
    folder("etc", 0o750),
    folder("empty"),
    { ...header("pipe", 0o622), type: "fifo" },
];

export const devices: readonly Entry[] = [
    folder("dev"),
    { ...header("dev/console", 0o600), type: "character", major: 5, minor: 1 },
    { ...header("dev/far", 0o660), type: "block", major: 259, minor: 70_000 },
];
