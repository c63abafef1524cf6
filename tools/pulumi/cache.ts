import { mkdirSync, readdirSync, renameSync, rmSync, existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import lockfile from "proper-lockfile";
import type { Report } from "../process/report.ts";

const LOCK = { realpath: false, stale: 15_000, update: 5_000 };
const PATIENCE = { forever: true, minTimeout: 500, maxTimeout: 2_000 };

/** Folder of tools that clones of this project share; beside the store of images, which may be deleted at any time. */
export function toolCache(env: NodeJS.ProcessEnv): string {
    return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-linuxkit-tools");
}

/**
 * Makes a folder once, whoever asks: one maker at a time, in a folder of its own that takes the final name only when
 * `make` has succeeded. What a killed maker left behind is removed by the next one.
 */
export async function makeOnce(
    directory: string,
    make: (partial: string) => Promise<void>,
    report: Report,
): Promise<void> {
    if (existsSync(directory)) {
        return;
    }
    mkdirSync(dirname(directory), { recursive: true });
    const release = await lock(directory, report);
    try {
        if (!existsSync(directory)) {
            removePartials(directory);
            await makeIn(`${directory}.${process.pid}.partial`, directory, make);
        }
    } finally {
        await release();
    }
}

async function lock(directory: string, report: Report): Promise<() => Promise<void>> {
    try {
        return await lockfile.lock(directory, LOCK);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ELOCKED") {
            throw error;
        }
        report.note(`waiting for another process that is making ${basename(directory)}`);
        return lockfile.lock(directory, { ...LOCK, retries: PATIENCE });
    }
}

function removePartials(directory: string): void {
    readdirSync(dirname(directory))
        .filter((name) => name.startsWith(`${basename(directory)}.`) && name.endsWith(".partial"))
        .forEach((name) => rmSync(join(dirname(directory), name), { recursive: true, force: true }));
}

async function makeIn(partial: string, directory: string, make: (partial: string) => Promise<void>): Promise<void> {
    mkdirSync(partial);
    try {
        await make(partial);
        renameSync(partial, directory);
    } finally {
        rmSync(partial, { recursive: true, force: true });
    }
}
