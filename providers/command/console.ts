import { setTimeout as delay } from "node:timers/promises";
import { LinuxKitError } from "../../sdk/assembly/error";
import { type MachineEntry, nameOf } from "../qemu/journal/entry";
import type { Journal } from "../qemu/journal/journal";
import { consoleSize, readConsole } from "../qemu/machine/console";
import { findMachineProcess } from "../qemu/machine/power";

/**
 * The machine of an id, of the beginning of one, or of a name; without either, the only one there is.
 * @throws LinuxKitError `no-machine` or `several-machines`, with the machines of this host
 */
export async function findMachine(journal: Journal, wanted: string | undefined): Promise<MachineEntry> {
    const all = await journal.list();
    const fits = all.filter(
        (entry) => wanted === undefined || nameOf(entry.identity) === wanted || entry.id.startsWith(wanted),
    );
    const [only] = fits;
    if (only !== undefined && fits.length === 1) {
        return only;
    }
    if (only === undefined) {
        const none = all.length === 0 ? "this host has no machine" : `no machine is called "${wanted}"; there are:`;
        throw new LinuxKitError("no-machine", [none, ...all.map(line)].join("\n"));
    }
    throw new LinuxKitError("several-machines", ["say which, by its id:", ...fits.map(line)].join("\n"));
}

function line({ id, identity }: MachineEntry): string {
    return `  ${id}  ${nameOf(identity)}  (${identity.project}/${identity.stack})`;
}

export interface Follow {
    readonly write: (bytes: Buffer) => void;
    /** Go on with what the machine prints until it ends, or until `signal`. */
    readonly follow: boolean;
    readonly signal: AbortSignal;
}

/** Prints a machine's console from its beginning. Returns whether the machine runs. */
export async function printConsole(journal: Journal, { id }: MachineEntry, options: Follow): Promise<boolean> {
    const directory = journal.directory(id);
    let offset = 0;
    for (;;) {
        const running = await isRunning(journal, id);
        if ((await consoleSize(directory)) < offset) {
            offset = 0;
        }
        const { bytes, next } = await readConsole(directory, offset);
        options.write(bytes);
        offset = next;
        if (bytes.length > 0) {
            continue;
        }
        if (!options.follow || !running || options.signal.aborted) {
            return running;
        }
        await delay(200);
    }
}

async function isRunning(journal: Journal, id: string): Promise<boolean> {
    return (await findMachineProcess(id, (await journal.find(id))?.start)) !== undefined;
}
