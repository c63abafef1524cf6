import { collectBytes } from "../tree/content";
import type { EntryStream, FileEntry } from "../tree/entry";

/**
 * Files of a stream by path, read whole, of hard links too. Each must be no larger than the limit, or is passed over.
 * @param look gets every other file as it comes
 */
export async function readFiles(
    open: () => EntryStream,
    isWanted: (path: string) => boolean,
    limitBytes: number,
    look: (file: FileEntry) => Promise<void> = () => Promise.resolve(),
): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const links = new Map<string, string>();
    for await (const entry of open()) {
        if (isWanted(entry.path) && entry.type === "file" && entry.content.sizeBytes <= limitBytes) {
            found.set(entry.path, await collectBytes(entry.content));
        } else if (isWanted(entry.path) && entry.type === "hardlink") {
            links.set(entry.path, entry.target);
        } else if (entry.type === "file") {
            await look(entry);
        }
    }
    const targets = new Set(links.values());
    const linked =
        targets.size === 0 ? new Map<string, Buffer>() : await readFiles(open, (path) => targets.has(path), limitBytes);
    for (const [path, target] of links) {
        const bytes = linked.get(target);
        if (bytes !== undefined) {
            found.set(path, bytes);
        }
    }
    return found;
}

/** One file of a stream, to be read while it is given; nothing where there is none. */
export async function* findFile(open: () => EntryStream, path: string): AsyncGenerator<FileEntry, void, undefined> {
    for await (const entry of open()) {
        if (entry.path === path && entry.type === "hardlink") {
            yield* findFile(open, entry.target);
            return;
        }
        if (entry.path === path && entry.type === "file") {
            yield entry;
        }
    }
}
