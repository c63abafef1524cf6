import { join } from "node:path";
import type { Steps } from "../../lifecycle/steps";
import { waitUntilReady } from "../../readiness/wait";
import { requireDisks } from "../disk/attached";
import { awaitDisks } from "../disk/hand-over";
import type { MachineEnvironment } from "../environment";
import type { MachineEntry, MachineStart } from "../journal/entry";
import { replaceFile } from "../journal/files";
import type { MachineSettings } from "../settings";
import { files, qemuArguments } from "./arguments";
import { BootingQemu } from "./booting";
import { trimConsole } from "./console";
import { requireMachineDrivers } from "./drivers";
import { findMachineProcess } from "./power";
import { startDetached, startErrors } from "./start";

/**
 * Starts a machine, or goes on with the start of an earlier attempt whose process lives, and waits until it is ready.
 * Returns the entry with the process in it.
 */
export async function bringUp(
    environment: MachineEnvironment,
    steps: Steps,
    entry: MachineEntry,
    settings: MachineSettings,
): Promise<MachineEntry> {
    const started = (await goOn(environment, steps, entry)) ?? (await start(environment, steps, entry, settings));
    await steps.run("wait until it is ready", () => ready(environment, steps, started, settings));
    return started;
}

type StartedEntry = MachineEntry & { readonly start: Required<MachineStart> };

async function goOn(
    { journal }: MachineEnvironment,
    steps: Steps,
    entry: MachineEntry,
): Promise<StartedEntry | undefined> {
    const qemu = await findMachineProcess(entry.id, entry.start);
    if (entry.start === undefined || qemu === undefined) {
        return undefined;
    }
    const started = { ...entry, start: { ...entry.start, process: qemu } };
    await steps.run("record its process", () => journal.write(started));
    return started;
}

async function start(
    environment: MachineEnvironment,
    steps: Steps,
    entry: MachineEntry,
    settings: MachineSettings,
): Promise<StartedEntry> {
    const { journal } = environment;
    const directory = journal.directory(entry.id);
    const built = await steps.run("make sure of the image and the disks", () => parts(environment, settings));
    if (settings.disks.length > 0) {
        await steps.run("wait until no other machine has its disks", () =>
            awaitDisks(environment, entry.id, settings, steps.signal),
        );
    }
    const accelerator =
        settings.accelerator ??
        (await steps.run("find an accelerator", () => environment.accelerator(entry.architecture)));
    const program = await environment.qemu(entry.architecture);
    const args = [...program.args, ...qemuArguments(entry, settings, built, accelerator)];
    const begun = await steps.run("record the start", async () => {
        await journal.makeDirectory(entry.id);
        await writeUserData(directory, settings);
        const fresh = { digest: entry.digest, consoleOffset: await trimConsole(directory) };
        await journal.write({ ...entry, start: fresh });
        return fresh;
    });
    environment.progress({ message: `booting under ${accelerator}` });
    const process = await steps.run("start QEMU", () => startDetached({ file: program.file, args }, directory));
    const started: StartedEntry = { ...entry, start: { ...begun, process } };
    await steps.run("record its process", () => journal.write(started));
    return started;
}

/** In a file that only this user can read, since whoever can list processes sees QEMU's arguments. */
async function writeUserData(directory: string, { userData }: MachineSettings): Promise<void> {
    if (userData !== undefined) {
        await replaceFile(join(directory, files.userData), userData);
    }
}

/**
 * The image's files, made where they are not there, and the disks.
 * @throws LinuxKitError `disk-missing`, `KernelDriver`
 */
export async function parts(
    { ensureImage, disks }: MachineEnvironment,
    settings: MachineSettings,
): ReturnType<MachineEnvironment["ensureImage"]> {
    await requireDisks(disks, settings.disks);
    const image = await ensureImage(settings.image);
    requireMachineDrivers(settings, image.kernelFacts);
    return image;
}

async function ready(
    environment: MachineEnvironment,
    steps: Steps,
    started: StartedEntry,
    settings: MachineSettings,
): Promise<void> {
    const directory = environment.journal.directory(started.id);
    const machine = new BootingQemu({
        directory,
        offset: started.start.consoleOffset,
        ports: settings.ports,
        isAlive: async () => (await findMachineProcess(started.id, started.start)) !== undefined,
        errors: () => startErrors(directory),
    });
    try {
        await waitUntilReady(machine, {
            readiness: settings.readiness,
            timeoutSeconds: settings.createSeconds,
            signal: steps.signal,
            onLine: (message) => environment.progress({ message }),
        });
    } finally {
        machine.close();
    }
}
