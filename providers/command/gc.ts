import { isAlive } from "../lifecycle/process";
import { type MachineEntry, nameOf } from "../qemu/journal/entry";
import type { Journal } from "../qemu/journal/journal";
import type { Reservations } from "../qemu/journal/reservations";
import { findMachineProcess } from "../qemu/machine/power";
import { forget, powerOff } from "../qemu/machine/take-down";
import type { Port } from "../qemu/settings";
import type { StackName, StackState } from "../lifecycle/stack";

export interface Host {
    readonly journal: Journal;
    readonly reservations: Reservations;
}

/** A machine of the stack that its state does not know and that no running command works on. */
export interface Leftover {
    readonly id: string;
    readonly name: string;
    readonly urn: string;
    /** QEMU's process, while it lives. */
    readonly pid: number | null;
    readonly ports: readonly Port[];
    /** `unfinished` when its creation was cut off, `unknown` when it was made and the engine never heard of it. */
    readonly kind: "unfinished" | "unknown";
}

export async function findLeftovers({ journal }: Host, state: StackState): Promise<readonly Leftover[]> {
    const found: Leftover[] = [];
    for (const entry of await journal.list()) {
        if (isOf(entry, state.name) && !state.ids.has(entry.id) && !(await isAlive(entry.worker))) {
            found.push(await describe(entry));
        }
    }
    return found;
}

/** Organizations whose stack of the same name has machines here: the state that was read is not theirs. */
export async function otherOrganizations({ journal }: Host, { name }: StackState): Promise<readonly string[]> {
    const others = (await journal.list())
        .map(({ identity }) => identity)
        .filter(({ project, stack }) => project === name.project && stack === name.stack)
        .map(({ organization }) => organization)
        .filter((organization) => organization !== name.organization);
    return [...new Set(others)];
}

const graceSeconds = 10;

/** Powers a leftover off and takes its files away; false when something works on it by now. */
export async function removeLeftover(host: Host, { id }: Leftover): Promise<boolean> {
    const entry = await host.journal.find(id);
    if (entry === undefined) {
        return true;
    }
    if (await isAlive(entry.worker)) {
        return false;
    }
    await powerOff(host, id, entry.attempt === "create" ? 0 : graceSeconds);
    await forget(host, id, entry.identity);
    return true;
}

/** Gives back the ports that checks of the stack were given and that no command holds. */
export async function releasePorts({ journal, reservations }: Host, { name }: StackState): Promise<void> {
    const machines = await journal.list();
    for (const { identity, holder } of await reservations.all()) {
        const wanted = machines.some((entry) => entry.identity.urn === identity.urn);
        if (isOf({ identity }, name) && !wanted && !(await isAlive(holder))) {
            await reservations.release(identity, { keepOwn: false });
        }
    }
}

/** Whether a thing of this host's journals is of a stack. */
export function isOf({ identity }: Pick<MachineEntry, "identity">, name: StackName): boolean {
    return (
        identity.organization === name.organization &&
        identity.project === name.project &&
        identity.stack === name.stack
    );
}

async function describe(entry: MachineEntry): Promise<Leftover> {
    const qemu = await findMachineProcess(entry.id, entry.start);
    return {
        id: entry.id,
        name: nameOf(entry.identity),
        urn: entry.identity.urn,
        pid: qemu?.pid ?? null,
        ports: entry.ports,
        kind: entry.attempt === "create" ? "unfinished" : "unknown",
    };
}
