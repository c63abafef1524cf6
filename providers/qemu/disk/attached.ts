import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Identity } from "../../lifecycle/handler";
import { nameOf, sameIdentity } from "../journal/entry";
import type { AttachedDisk } from "../settings";
import { diskSize } from "./file";
import type { DiskJournal } from "./journal";

/** A disk as a machine's inputs name it: whose it is, and its id as soon as there is one. */
export interface WantedDisk extends Omit<AttachedDisk, "id"> {
    readonly urn: string;
    readonly id: string;
}

interface Wants {
    readonly machine: Identity;
    readonly disks: readonly WantedDisk[];
}

/** What machines want of disks, in the checks of one command: of two that both are new, no journal tells. */
export class Attachments {
    readonly #wanted = new Map<string, Wants>();
    readonly #declared = new Set<string>();
    #lastCheck = performance.now();

    /** @param quietMilliseconds how long no machine has been checked when the program is taken to have declared them all */
    constructor(private readonly quietMilliseconds = 15_000) {}

    /**
     * What a machine wants now, whatever it wanted before; returns what others want.
     * @param declared names of all machines of the program, where they are known
     */
    want(machine: Identity, disks: readonly WantedDisk[], declared: readonly string[] = []): readonly Wants[] {
        this.#lastCheck = performance.now();
        this.#wanted.set(keyOf(machine), { machine, disks });
        declared.forEach((name) => this.#declared.add(name));
        return [...this.#wanted.values()].filter((other) => !sameIdentity(other.machine, machine));
    }

    /** Whether the program, for all that is known by now, has no such machine any more: it is deleted when all else is done. */
    isForgone(machine: Identity): boolean {
        const isQuiet = performance.now() - this.#lastCheck >= this.quietMilliseconds;
        return (
            isQuiet &&
            this.#declared.size > 0 &&
            !this.#declared.has(nameOf(machine)) &&
            !this.#wanted.has(keyOf(machine))
        );
    }

    /** Whether a machine has said that it keeps a disk, and cannot share it. */
    isKept(machine: Identity, { id, readonly }: AttachedDisk): boolean {
        const theirs = this.#wanted.get(keyOf(machine))?.disks.find((disk) => disk.id === id);
        return theirs !== undefined && !(theirs.readonly && readonly);
    }
}

const keyOf = ({ organization, urn }: Identity): string => `${organization}/${urn}`;

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
