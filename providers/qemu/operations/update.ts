import { PartialFailure, type Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import type { MachineEnvironment } from "../environment";
import type { MachineEntry } from "../journal/entry";
import { bringUp, parts } from "../machine/bring-up";
import { findMachineProcess, powerOf } from "../machine/power";
import { powerOff } from "../machine/take-down";
import { type MachineSettings, readSettings } from "../settings";
import { settle } from "./create";
import { requireThisHost, thisHost, wantedDigest } from "./host";

/** Starts a machine that stopped, and one whose settings changed again; the id stays. */
export async function update(
    environment: MachineEnvironment,
    steps: Steps,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<{ outs: Properties }> {
    await requireThisHost(environment, id, olds);
    const settings = readSettings(inputs);
    const digest = await wantedDigest(environment, settings);
    const outs = { ...inputs, hostHash: await thisHost(environment) };
    const found = await environment.journal.find(id);
    if (found !== undefined && (await isAsWanted(environment, found, digest))) {
        const { ports, networks } = settings;
        const known = { ...found, ports, ...(networks.length === 0 ? {} : { networks }) };
        await steps.run("record that nothing is to do", () => settle(environment, known));
        return { outs: { ...outs, status: "running" } };
    }
    await steps.run("make sure of the image and the disks", () => parts(environment, settings));
    const entry = await steps.run("record the attempt", () => begin(environment, id, found, settings, digest));
    const off = await powerOffFormer(environment, steps, entry, settings);
    try {
        const ready = await bringUp(environment, steps, off, settings);
        await steps.run("record that it is done", () => settle(environment, ready));
        return { outs: { ...outs, status: "running" } };
    } catch (error) {
        await standStill(environment, steps, entry);
        throw new PartialFailure(id, { ...outs, status: "stopped" }, [reasonOf(error)], { cause: error });
    }
}

async function isAsWanted({ journal }: MachineEnvironment, entry: MachineEntry, digest: string): Promise<boolean> {
    if (entry.attempt !== undefined || entry.start?.digest !== digest) {
        return false;
    }
    const qemu = await findMachineProcess(entry.id, entry.start);
    return qemu !== undefined && (await powerOf(journal.directory(entry.id), qemu)) === "running";
}

/** The start that is on record stays there: it says what a living process was started with. */
function begin(
    { journal, self }: MachineEnvironment,
    id: string,
    found: MachineEntry | undefined,
    settings: MachineSettings,
    digest: string,
): Promise<MachineEntry> {
    return journal.write({
        version: 1,
        id,
        identity: settings.identity,
        architecture: settings.image.architecture,
        digest,
        ports: settings.ports,
        ...(settings.disks.length === 0 ? {} : { disks: settings.disks }),
        ...(settings.networks.length === 0 ? {} : { networks: settings.networks }),
        worker: self,
        attempt: "update",
        ...(found?.start === undefined ? {} : { start: found.start }),
    });
}

/** What runs with other settings goes; what an update that was cut off started with these ones stays. */
async function powerOffFormer(
    environment: MachineEnvironment,
    steps: Steps,
    entry: MachineEntry,
    settings: MachineSettings,
): Promise<MachineEntry> {
    const qemu = await findMachineProcess(entry.id, entry.start);
    const fits = entry.start?.digest === entry.digest && qemu !== undefined;
    if (fits && (await powerOf(environment.journal.directory(entry.id), qemu)) === "running") {
        return entry;
    }
    await steps.run("power off", () => powerOff(environment, entry.id, settings.deleteSeconds, steps.signal));
    const { start: _, ...off } = entry;
    return steps.run("record that it is off", () => environment.journal.write(off));
}

/** A machine that did not become ready is off, and says so. */
async function standStill(environment: MachineEnvironment, steps: Steps, entry: MachineEntry): Promise<void> {
    await steps.undo("power off what was started", () => powerOff(environment, entry.id, 0));
    await steps.undo("record that it is off", async () => {
        const { start: _, attempt: __, ...off } = entry;
        await environment.journal.write(off);
    });
}

function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
