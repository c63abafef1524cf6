import { lstat } from "node:fs/promises";
import { isAlive } from "../lifecycle/process";
import type { DiskEntry } from "../qemu/disk/entry";
import type { DiskJournal } from "../qemu/disk/journal";
import { nameOf } from "../qemu/journal/entry";
import { isOf } from "./gc";
import type { StackState } from "../lifecycle/stack";

/** A disk of the stack that its state does not know and that no running command works on. */
export interface LeftoverDisk {
    readonly id: string;
    readonly name: string;
    readonly urn: string;
    readonly sizeBytes: number;
    /** The disk's own file on this host. */
    readonly file: string;
    /**
     * `unfinished` when its creation was cut off, `data` when it was made: a machine may have written to it; `gone` when
     * its file is.
     */
    readonly kind: "unfinished" | "data" | "gone";
}

/** Disks that were never finished, and those that were kept by `retainOnDelete`, taken out of state, or made and not recorded. */
export async function findLeftoverDisks(disks: DiskJournal, state: StackState): Promise<readonly LeftoverDisk[]> {
    const found: LeftoverDisk[] = [];
    for (const entry of await disks.list()) {
        const { id, identity, sizeBytes, worker } = entry;
        if (isOf(entry, state.name) && !state.ids.has(id) && !(await isAlive(worker))) {
            const kind = await kindOf(disks, entry);
            found.push({ id, name: nameOf(identity), urn: identity.urn, sizeBytes, file: disks.file(entry), kind });
        }
    }
    return found;
}

async function kindOf(disks: DiskJournal, entry: DiskEntry): Promise<LeftoverDisk["kind"]> {
    if (entry.attempt === "create") {
        return "unfinished";
    }
    return (await isGone(disks.file(entry))) ? "gone" : "data";
}

/** A link to what is not there just now, as on a drive that is not mounted, is no file that is gone. */
async function isGone(file: string): Promise<boolean> {
    return lstat(file).then(
        () => false,
        (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT",
    );
}

/**
 * Takes away a disk that was never finished, or the entry of one whose file is gone; false for any other, and for one that
 * something works on by now.
 */
export async function removeLeftoverDisk(disks: DiskJournal, { id }: LeftoverDisk): Promise<boolean> {
    const entry = await disks.find(id);
    if (entry === undefined) {
        return true;
    }
    if ((await kindOf(disks, entry)) === "data" || (await isAlive(entry.worker))) {
        return false;
    }
    await disks.remove(entry);
    return true;
}
