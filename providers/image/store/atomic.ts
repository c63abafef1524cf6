import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import path from "node:path";

import { privateDirectory } from "./directory";

/** What unfinished files are called: `prune` removes those whose process is gone. */
export const unfinishedName = /^unfinished-(\d+)-[0-9a-f]+$/;

/**
 * Writes a file that is either not there or whole: beside its place, then renamed.
 * A killed process leaves an `unfinished-<pid>-...` that nobody reads. A machine that loses power may leave less than was
 * written: whoever reads the store holds what it reads against its hash, so nothing waits for the disk here.
 */
export async function writeAtomically<T>(target: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
    const directory = await privateDirectory(path.dirname(target));
    const unfinished = path.join(directory, `unfinished-${process.pid}-${randomBytes(8).toString("hex")}`);
    try {
        const result = await writeTo(unfinished, write);
        await rename(unfinished, target);
        return result;
    } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
    }
}

async function writeTo<T>(unfinished: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(unfinished, "wx+", 0o600);
    try {
        return await write(file);
    } finally {
        await file.close();
    }
}
