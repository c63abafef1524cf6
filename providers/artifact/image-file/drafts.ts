import { createHash, randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

import { identifyProcess, ownIdentity } from "../../lifecycle/process";

/**
 * A file that is being written stands beside its place, so that a rename is all that is missing. Its name tells its
 * writer: host, process and the start of the process.
 */
export async function draftName(target: string): Promise<string> {
    const { pid, startTime } = await ownIdentity();
    const writer = `${short(hostname())}-${pid}-${short(startTime)}`;
    return path.join(
        path.dirname(target),
        `.${path.basename(target)}.unfinished-${writer}-${randomBytes(4).toString("hex")}`,
    );
}

const draftPattern = /^\.(.+)\.unfinished-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}$/s;

/** Removes the drafts of a file whose writers are dead. Those of other hosts stay: nobody here can look at them. */
export async function sweepDrafts(target: string): Promise<void> {
    const directory = path.dirname(target);
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
        const [, base, host, pid, start] = draftPattern.exec(name) ?? [];
        if (base === path.basename(target) && host === short(hostname()) && !(await isWriting(Number(pid), start))) {
            await rm(path.join(directory, name), { force: true });
        }
    }
}

async function isWriting(pid: number, start: string | undefined): Promise<boolean> {
    const writer = await identifyProcess(pid);
    return writer !== undefined && short(writer.startTime) === start;
}

function short(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
