import type { MachineEntry } from "../journal/entry";
import type { Journal } from "../journal/journal";
import { findMachineProcess } from "../machine/power";

/** A machine that has the disk while it runs. */
export async function runningWith(machines: Journal, id: string): Promise<MachineEntry | undefined> {
    for (const machine of await machines.withDisk(id)) {
        if ((await findMachineProcess(machine.id, machine.start)) !== undefined) {
            return machine;
        }
    }
    return undefined;
}
