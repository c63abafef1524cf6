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
    await sweepFolder(path.dirname(target), path.basename(target));
}

/** The same for one file of a folder, or for all; gives how many drafts of this host are left, being written. */
export async function sweepFolder(folder: string, only?: string): Promise<number> {
    let left = 0;
    for (const name of await readdir(folder).catch(() => [])) {
        const [, base, host, pid, start] = draftPattern.exec(name) ?? [];
        if (base === undefined || base !== (only ?? base) || host !== short(hostname())) {
            continue;
        }
        if (await isWriting(Number(pid), start)) {
            left += 1;
        } else {
            await rm(path.join(folder, name), { force: true });
        }
    }
    return left;
}

async function isWriting(pid: number, start: string | undefined): Promise<boolean> {
    const writer = await identifyProcess(pid);
    return writer !== undefined && short(writer.startTime) === start;
}

function short(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
