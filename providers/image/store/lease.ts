import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { privateDirectory } from "./directory";

/** A lease of a process whose life cannot be looked at (another host's) counts this long. */
const MAX_AGE_MILLISECONDS = 24 * 60 * 60 * 1000;

interface Holder {
    readonly pid: number;
    readonly host: string;
}

/**
 * Runs `task` while the store is kept from being pruned by anyone.
 * Each side first shows its own flag and then looks for the other's, so at most one of them goes on.
 */
export async function whileLeased<T>(storeDirectory: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const lease = await raiseFlag(storeDirectory, "builds");
    try {
        while ((await liveFlags(storeDirectory, "prunes")).length > 0) {
            await sleep(20, undefined, { signal });
        }
        return await task();
    } finally {
        await rm(lease, { force: true });
    }
}

/** Runs `task` if no build uses the store, and keeps builds waiting meanwhile. */
export async function unlessLeased(storeDirectory: string, task: () => Promise<void>): Promise<void> {
    const flag = await raiseFlag(storeDirectory, "prunes");
    try {
        const builds = await liveFlags(storeDirectory, "builds");
        const prunes = await liveFlags(storeDirectory, "prunes");
        if (builds.length === 0 && prunes.length === 1) {
            await task();
        }
    } finally {
        await rm(flag, { force: true });
    }
}

async function raiseFlag(storeDirectory: string, kind: string): Promise<string> {
    const directory = await privateDirectory(path.join(storeDirectory, "leases", kind));
    const flag = path.join(directory, randomBytes(8).toString("hex"));
    const holder: Holder = { pid: process.pid, host: hostname() };
    await writeFile(flag, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    return flag;
}

async function liveFlags(storeDirectory: string, kind: string): Promise<string[]> {
    const directory = path.join(storeDirectory, "leases", kind);
    const names = await readdir(directory).catch(() => []);
    const live: string[] = [];
    for (const name of names) {
        const flag = path.join(directory, name);
        if (await isLive(flag)) {
            live.push(flag);
        } else {
            await rm(flag, { force: true });
        }
    }
    return live;
}

/** A flag that is being written is taken for live. */
async function isLive(flag: string): Promise<boolean> {
    const status = await stat(flag).catch(() => undefined);
    if (status === undefined || Date.now() - status.mtimeMs > MAX_AGE_MILLISECONDS) {
        return false;
    }
    const holder = await readFile(flag, "utf8").then(parseHolder, () => undefined);
    return holder === undefined || holder.host !== hostname() || isRunning(holder.pid);
}

function parseHolder(text: string): Holder | undefined {
    try {
        return JSON.parse(text) as Holder;
    } catch {
        return undefined;
    }
}

export function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as { code?: string }).code === "EPERM";
    }
}
