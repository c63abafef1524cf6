import { join } from "node:path";
import type { MachineEntry } from "../journal/entry";
import { readText, replaceFile } from "../journal/files";

/** Relative to a machine's directory: what the TFTP server of its QEMU has to give. */
export const namesDirectory = "names";

interface Machines {
    directory(id: string): string;
    list(): Promise<readonly MachineEntry[]>;
}

/**
 * Writes down for every machine of these networks who is on its own, as lines of /etc/hosts. Machines ask for the file
 * while they run, so one that comes or goes starts no other again.
 */
export async function publishNames(machines: Machines, groups: ReadonlySet<string>): Promise<void> {
    const all = await machines.list();
    const entries = all.filter(({ networks = [] }) => networks.some(({ group }) => groups.has(group)));
    for (const entry of entries) {
        const path = join(machines.directory(entry.id), namesDirectory, "hosts");
        const text = hostsOf(entry, all);
        if ((await readText(path)) !== text) {
            await replaceFile(path, text);
        }
    }
}

/** Lines of /etc/hosts for everybody on a machine's networks, itself included. */
export function hostsOf(machine: MachineEntry, all: readonly MachineEntry[]): string {
    const groups = new Set((machine.networks ?? []).map(({ group }) => group));
    return all
        .flatMap(({ networks = [] }) => networks)
        .filter(({ group }) => groups.has(group))
        .map(({ address, name }) => `${address} ${name}\n`)
        .sort()
        .join("");
}
