import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder and those above it; gives the uppermost one that was not there before. Node's own recursive `mkdir` never
 * ends where a folder that is there takes none, as /proc does.
 */
export async function makeFolder(folder: string, mode?: number): Promise<string | undefined> {
    try {
        return await makeBelow(folder, mode);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path.dirname(folder) === folder) {
            throw error;
        }
    }
    const uppermost = await makeFolder(path.dirname(folder), mode);
    const made = await makeBelow(folder, mode);
    return uppermost ?? made;
}

/** Makes a folder whose parent is there; undefined where it is there itself. */
async function makeBelow(folder: string, mode: number | undefined): Promise<string | undefined> {
    try {
        await mkdir(folder, { mode });
        return folder;
    } catch (error) {
        const status = await stat(folder).catch(() => undefined);
        if (status?.isDirectory() === true) {
            return undefined;
        }
        throw error;
    }
}
