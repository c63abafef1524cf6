import { setTimeout as delay } from "node:timers/promises";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { commandLine, findProcesses, isAlive } from "../../lifecycle/process";
import type { MachineEnvironment } from "../environment";
import { isSameStack, type MachineEntry, nameOf } from "../journal/entry";
import { deviceOf, driveOf } from "../machine/arguments";
import { powerOff } from "../machine/take-down";
import type { AttachedDisk, MachineSettings } from "../settings";

const lookMilliseconds = 250;

/**
 * Waits until no other machine runs with a disk of this one. Another machine of the program gives it up in its own update.
 * One that the program has no more is deleted after everything else, so it is powered off here.
 * @throws LinuxKitError `disk-in-use` when a machine keeps it, or has it for longer than `timeouts.create`
 */
export async function awaitDisks(
    environment: MachineEnvironment,
    own: string,
    settings: MachineSettings,
    signal: AbortSignal,
): Promise<void> {
    const begun = performance.now();
    const told = new Set<string>();
    for (const disk of settings.disks) {
        for (;;) {
            const holder = await holderOf(environment, own, disk);
            if (holder === undefined) {
                break;
            }
            const waited = performance.now() - begun;
            await requirePatience(environment, settings, { disk, holder, waited }, signal);
            if (!told.has(holder.id)) {
                told.add(holder.id);
                const message = `waiting until the machine "${nameOf(holder.identity)}" gives up a disk`;
                environment.progress({ message });
            }
            if (await isForgone(environment, holder)) {
                await takeOff(environment, holder, settings.deleteSeconds, signal);
            }
            await delay(lookMilliseconds);
        }
    }
}

interface Situation {
    readonly disk: AttachedDisk;
    readonly holder: MachineEntry;
    /** Milliseconds. */
    readonly waited: number;
}

/** Another machine whose QEMU has the disk, and does not share it. */
async function holderOf(
    { journal }: MachineEnvironment,
    own: string,
    disk: AttachedDisk,
): Promise<MachineEntry | undefined> {
    for (const { pid } of await findProcesses(["-device", deviceOf(disk)])) {
        const words = await commandLine(pid);
        const id = words[words.indexOf("-uuid") + 1] ?? "";
        const drive = words.find((word) => word.includes(`,id=${driveOf(disk)},`)) ?? "";
        const isShared = disk.readonly && drive.includes(",readonly=on,");
        const entry = id === own || isShared ? undefined : await journal.find(id);
        if (entry !== undefined) {
            return entry;
        }
    }
    return undefined;
}

async function requirePatience(
    { attachments, disks }: MachineEnvironment,
    { identity, createSeconds }: MachineSettings,
    { disk, holder, waited }: Situation,
    signal: AbortSignal,
): Promise<void> {
    const { project, stack } = holder.identity;
    const owner = (await disks.find(disk.id))?.identity;
    const what = `the machine "${nameOf(holder.identity)}" of stack ${project}/${stack} runs with the disk ${owner === undefined ? disk.id : `"${nameOf(owner)}"`}`;
    const fail = (reason: string, code = "disk-in-use"): never => {
        throw new LinuxKitError(code, `${what}${reason}`, { id: disk.id, machine: holder.id });
    };
    if (signal.aborted) {
        fail(`, and this one stopped to wait for it: ${signal.reason}`, "interrupted");
    }
    if (!isSameStack(identity, holder.identity) || attachments.isKept(holder.identity, disk)) {
        fail(": take the disk off that machine first, or set readonly: true for it in both");
    }
    if (waited >= createSeconds * 1000) {
        fail(
            `, and did not give it up within timeouts.create (${createSeconds} s): update that machine first, with \`pulumi up --target '${holder.identity.urn}'\`; it may be left out by --target, wait for this machine, or with --parallel 1 come after it`,
        );
    }
}

/** Nobody works on it, and it is on its way out. */
async function isForgone(
    { attachments }: MachineEnvironment,
    { identity, attempt, worker }: MachineEntry,
): Promise<boolean> {
    return attachments.isForgone(identity) && !(attempt !== undefined && (await isAlive(worker)));
}

/** With the mark of an update that was cut off: should it be declared again before it is deleted, it is started again. */
async function takeOff(
    { journal, reservations, progress, self }: MachineEnvironment,
    holder: MachineEntry,
    graceSeconds: number,
    signal: AbortSignal,
): Promise<void> {
    progress({ message: `powering off "${nameOf(holder.identity)}", which the program has no more` });
    await journal.write({ ...holder, worker: self, attempt: "update" });
    await powerOff({ journal, reservations }, holder.id, graceSeconds, signal);
}
