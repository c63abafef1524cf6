import type { Identity } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { powerButton } from "./arguments";
import { findMachineProcess, stopProcess } from "./power";

type Parts = Pick<MachineEnvironment, "journal" | "reservations">;

/** Powers a machine off, if it runs; nothing else of it changes. */
export async function powerOff(
    { journal }: Parts,
    id: string,
    graceSeconds: number,
    signal?: AbortSignal,
): Promise<void> {
    const entry = await journal.find(id);
    const qemu = await findMachineProcess(id, entry?.start);
    if (qemu !== undefined) {
        const button = entry === undefined || graceSeconds === 0 ? undefined : powerButton[entry.architecture];
        await stopProcess(id, journal.directory(id), qemu, button && { button, graceSeconds }, signal);
    }
}

/** Takes away what is left of a machine that is off: its files, its entry, its ports. */
export async function forget({ journal, reservations }: Parts, id: string, identity: Identity): Promise<void> {
    await journal.remove(id);
    await reservations.release(identity, { keepOwn: true });
}
