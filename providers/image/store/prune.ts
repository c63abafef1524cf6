import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

import { unfinishedName } from "./atomic";
import { isRunning, unlessLeased } from "./lease";

/** Folders of the store that hold what can be made or fetched again. */
const prunable = ["segments", "images", "kernels", "loaders", "blobs", "archives", "indexes", "partial", "uploads"];

interface StoredFile {
    readonly file: string;
    readonly sizeBytes: number;
    readonly usedMilliseconds: number;
}

/**
 * Removes what was used longest ago until the store is at most `limitBytes` large, never one of `keep`;
 * and what killed builds left unfinished. Does nothing while a build uses the store: that one prunes when it ends.
 */
export async function prune(storeDirectory: string, limitBytes: number, keep: readonly string[]): Promise<void> {
    await unlessLeased(storeDirectory, async () => {
        const files = await storedFiles(storeDirectory);
        const kept = new Set(keep);
        let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        for (const { file, sizeBytes } of files) {
            if (isAbandoned(file) || (total > limitBytes && !kept.has(file))) {
                await rm(file, { force: true });
                total -= sizeBytes;
            }
        }
    });
}

function isAbandoned(file: string): boolean {
    const pid = unfinishedName.exec(path.basename(file))?.[1];
    return pid !== undefined && !isRunning(Number(pid));
}

/** The one used longest ago first. */
async function storedFiles(storeDirectory: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const folder of prunable) {
        const found = await readdir(path.join(storeDirectory, folder), { withFileTypes: true, recursive: true }).catch(
            () => [],
        );
        for (const entry of found) {
            const file = path.join(entry.parentPath, entry.name);
            const status = entry.isFile() ? await stat(file).catch(() => undefined) : undefined;
            if (status !== undefined) {
                const usedMilliseconds = Math.max(status.atimeMs, status.mtimeMs);
                files.push({ file, sizeBytes: status.size, usedMilliseconds });
            }
        }
    }
    return files.toSorted((a, b) => a.usedMilliseconds - b.usedMilliseconds);
}
