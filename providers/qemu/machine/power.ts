import { LinuxKitError } from "../../../sdk/assembly/error";
import {
    commandLine,
    containsRow,
    findProcesses,
    hasEnded,
    isAlive,
    type ProcessIdentity,
} from "../../lifecycle/process";
import type { MachineEntry } from "../journal/entry";
import { type QmpCommand, withQmp } from "../qmp";

const answerMilliseconds = 5000;
const quitMilliseconds = 2000;
const killMilliseconds = 10_000;
const lookMilliseconds = 100;

/**
 * The living QEMU of a machine: the recorded process, or, where an attempt died between start and record, the process
 * that has the machine's id in its arguments.
 */
export async function findMachineProcess(
    id: string,
    start: MachineEntry["start"],
): Promise<ProcessIdentity | undefined> {
    if (start?.process !== undefined) {
        return (await isAlive(start.process)) && !(await isAnother(start.process, id)) ? start.process : undefined;
    }
    const [found] = await findProcesses(["-uuid", id]);
    return found;
}

export type Power = "running" | "stopped";

/**
 * Asks QEMU, and waits for one that has only just started.
 * @throws LinuxKitError `qmp-silent` or `qmp-unreachable` when the process lives and does not answer
 */
export async function powerOf(directory: string, qemu: ProcessIdentity): Promise<Power> {
    const end = performance.now() + answerMilliseconds;
    for (;;) {
        try {
            const answer = await withQmp(directory, answerMilliseconds, (qmp) =>
                qmp.execute({ execute: "query-status" }),
            );
            return (answer as { readonly status: string }).status === "running" ? "running" : "stopped";
        } catch (error) {
            if (await hasEnded(qemu, lookMilliseconds)) {
                return "stopped";
            }
            if (performance.now() >= end) {
                throw error;
            }
        }
    }
}

/** How long a guest may take to end what it does, and what tells it to. */
export interface Grace {
    readonly button: QmpCommand;
    readonly graceSeconds: number;
}

/**
 * Powers the guest off as its power button would, and firmly when its time is over. Returns when the process is gone.
 * @throws LinuxKitError `machine-unstoppable` when it outlives SIGKILL, `interrupted` on Ctrl-C while it powers off
 */
export async function stopProcess(
    id: string,
    directory: string,
    qemu: ProcessIdentity,
    grace: Grace | undefined,
    signal?: AbortSignal,
): Promise<void> {
    const heard = await ask(id, directory, grace?.button ?? { execute: "quit" });
    const patience = grace === undefined ? quitMilliseconds : grace.graceSeconds * 1000;
    if (heard && (await hasEnded(qemu, patience, signal))) {
        return;
    }
    if (grace !== undefined && signal?.aborted === true) {
        throw new LinuxKitError("interrupted", `stopped while the machine powers off (process ${qemu.pid})`, { id });
    }
    await kill(id, qemu);
    if (!(await hasEnded(qemu, killMilliseconds))) {
        throw new LinuxKitError(
            "machine-unstoppable",
            `QEMU (process ${qemu.pid}) does not end, not even on SIGKILL: see what it waits for, then run the command again`,
            { id, pid: qemu.pid },
        );
    }
}

/** False when QEMU does not answer, or is not this machine's. */
async function ask(id: string, directory: string, command: QmpCommand): Promise<boolean> {
    try {
        return await withQmp(directory, 3000, async (qmp) => {
            const { UUID } = (await qmp.execute({ execute: "query-uuid" })) as { readonly UUID: string };
            if (UUID !== id) {
                return false;
            }
            await qmp.execute(command);
            return true;
        });
    } catch {
        return false;
    }
}

/** Only ever the process that was started for this machine: its pid, its start time and the id in its arguments agree. */
async function kill(id: string, target: ProcessIdentity): Promise<void> {
    if ((await isMachine(target, id)) && (await isAlive(target))) {
        try {
            process.kill(target.pid, "SIGKILL");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
                throw error;
            }
        }
    }
}

/** A process that is ending has no arguments any more, and still holds its ports. */
async function isAnother({ pid }: ProcessIdentity, id: string): Promise<boolean> {
    const words = await commandLine(pid);
    return words.length > 0 && !containsRow(words, ["-uuid", id]);
}

async function isMachine({ pid }: ProcessIdentity, id: string): Promise<boolean> {
    return containsRow(await commandLine(pid), ["-uuid", id]);
}
