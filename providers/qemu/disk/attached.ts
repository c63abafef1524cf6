import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Identity } from "../../lifecycle/handler";
import { sameIdentity } from "../journal/entry";
import type { AttachedDisk } from "../settings";
import { diskSize } from "./file";
import type { DiskJournal } from "./journal";

/** A disk as a machine's inputs name it: whose it is, and its id as soon as there is one. */
export interface WantedDisk extends Omit<AttachedDisk, "id"> {
    readonly urn: string;
    readonly id: string;
}

/** What machines want of disks, in the checks of one command: of two that both are new, no journal tells. */
export class Attachments {
    readonly #wanted = new Map<string, { readonly machine: Identity; readonly disks: readonly WantedDisk[] }>();

    /** What a machine wants now, whatever it wanted before; returns what others want. */
    want(
        machine: Identity,
        disks: readonly WantedDisk[],
    ): readonly { readonly machine: Identity; readonly disks: readonly WantedDisk[] }[] {
        this.#wanted.set(`${machine.organization}/${machine.urn}`, { machine, disks });
        return [...this.#wanted.values()].filter((other) => !sameIdentity(other.machine, machine));
    }
}

/** @throws LinuxKitError `disk-missing` when the file of one is not on this host */
export async function requireDisks(journal: DiskJournal, disks: readonly AttachedDisk[]): Promise<void> {
    for (const [index, disk] of disks.entries()) {
        if ((await diskSize({ path: journal.file(disk), format: disk.format })) === undefined) {
            throw new LinuxKitError(
                "disk-missing",
                `disks[${index}]: the file of disk ${disk.id} is not on this host: run \`pulumi refresh\`, then \`pulumi up\`, which makes an empty one in its place`,
                { id: disk.id },
            );
        }
    }
}
