import { rmdir } from "node:fs/promises";
import path from "node:path";

/** Removes a file's folder and those above it, up to the one that was made first, as far as they are empty. */
export async function removeFolders(target: string, uppermost: string): Promise<void> {
    for (
        let folder = path.dirname(target);
        folder === uppermost || isBelow(folder, uppermost);
        folder = path.dirname(folder)
    ) {
        try {
            await rmdir(folder);
        } catch {
            return;
        }
    }
}

export function isBelow(file: string, folder: string): boolean {
    return file.startsWith(folder + path.sep);
}
