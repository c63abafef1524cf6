import { isAlive } from "../lifecycle/process";
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
    /** `unfinished` when its creation was cut off, `data` when it was made: a machine may have written to it. */
    readonly kind: "unfinished" | "data";
}

/** Disks that were never finished, and those that were kept by `retainOnDelete`, taken out of state, or made and not recorded. */
export async function findLeftoverDisks(disks: DiskJournal, state: StackState): Promise<readonly LeftoverDisk[]> {
    const found: LeftoverDisk[] = [];
    for (const entry of await disks.list()) {
        const { id, identity, sizeBytes, attempt, worker } = entry;
        if (isOf(entry, state.name) && !state.ids.has(id) && !(await isAlive(worker))) {
            const kind = attempt === "create" ? "unfinished" : "data";
            found.push({ id, name: nameOf(identity), urn: identity.urn, sizeBytes, file: disks.file(entry), kind });
        }
    }
    return found;
}

/** Takes away a disk that was never finished; false for any other, and for one that something works on by now. */
export async function removeLeftoverDisk(disks: DiskJournal, { id }: LeftoverDisk): Promise<boolean> {
    const entry = await disks.find(id);
    if (entry === undefined) {
        return true;
    }
    if (entry.attempt !== "create" || (await isAlive(entry.worker))) {
        return false;
    }
    await disks.remove(entry);
    return true;
}
