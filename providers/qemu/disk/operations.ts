import { randomBytes } from "node:crypto";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Identity, Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { abandonedCreations } from "../journal/attempts";
import { type MachineEntry, nameOf, sameIdentity } from "../journal/entry";
import { driveOf } from "../machine/arguments";
import { requireThisHost, thisHost } from "../operations/host";
import { withQmp } from "../qmp";
import { claimFree, giveBack } from "./adoption";
import type { DiskEntry } from "./entry";
import type { DiskEnvironment } from "./environment";
import { diskSize, growDisk, makeDisk } from "./file";
import { type DiskSettings, readDisk } from "./settings";
import { shrinkReason } from "./shrink";
import { runningWith } from "./users";

const answerMilliseconds = 10_000;

/** As long as a serial number of virtio-blk may be. */
const idBytes = 10;

/**
 * Makes a disk, or goes on with what an attempt of the same identity left whose process died; or takes up one that is
 * there. A failure leaves nothing, and what was there with its data and its owner.
 */
export async function create(
    environment: DiskEnvironment,
    steps: Steps,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readDisk(inputs);
    const hostHash = await thisHost(environment);
    const { adoptedId } = settings;
    const id = await (adoptedId === undefined
        ? make(environment, steps, settings)
        : adopt(environment, steps, adoptedId, inputs));
    return { id, outs: { ...inputs, status: "available", hostHash } };
}

async function make(environment: DiskEnvironment, steps: Steps, settings: DiskSettings): Promise<string> {
    const entry = await claim(environment, steps, settings);
    try {
        await steps.run("make its file", () => ensureFile(environment, entry));
        await steps.run("record that it is made", () => settle(environment, entry));
    } catch (error) {
        await steps.undo("remove what was made", () => environment.journal.remove(entry));
        throw error;
    }
    return entry.id;
}

/** The file grows last: it could not be made smaller again. */
async function adopt(environment: DiskEnvironment, steps: Steps, id: string, inputs: Properties): Promise<string> {
    const { identity, sizeBytes } = readDisk(inputs);
    const former = await steps.run("claim the disk", () => claimFree(environment, id, inputs));
    const entry = { ...former, identity, sizeBytes };
    try {
        await steps.run("record whose it is", () => settle(environment, entry));
        await steps.run("grow its file", () => ensureFile(environment, entry));
    } catch (error) {
        await steps.undo("give it back", () => giveBack(environment, former));
        throw error;
    }
    return id;
}

/** An entry of this process: a new one, or that of an attempt which was cut off and wanted the same. */
async function claim(environment: DiskEnvironment, steps: Steps, settings: DiskSettings): Promise<DiskEntry> {
    const { journal, self } = environment;
    const { identity, format, sizeBytes } = settings;
    const left = await steps.run("look for an earlier attempt", async () =>
        abandonedCreations(await journal.of(identity), self, steps.signal, `the disk "${nameOf(identity)}"`),
    );
    const same = left.find((entry) => entry.format === format && entry.sizeBytes === sizeBytes);
    for (const entry of left.filter((other) => other !== same)) {
        await steps.run("remove what an earlier attempt left", () => journal.remove(entry));
    }
    const id = same?.id ?? randomBytes(idBytes).toString("hex");
    return steps.run("record the attempt", () =>
        journal.write({ version: 1, id, identity, format, sizeBytes, worker: self, attempt: "create" }),
    );
}

/** Gives a disk the size that is wanted, and takes off the mark of an operation that was cut off; the data stays. */
export async function update(
    environment: DiskEnvironment,
    steps: Steps,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<{ outs: Properties }> {
    await requireThisHost(environment, id, olds, "disk");
    const { identity, format, sizeBytes } = readDisk(inputs);
    const { journal, self } = environment;
    await refuseAdopted(environment, id, olds, inputs);
    await refuseShrinking(environment, { id, format }, inputs);
    const entry = await steps.run("record the attempt", () =>
        journal.write({ version: 1, id, identity, format, sizeBytes, worker: self, attempt: "update" }),
    );
    await steps.run("grow its file", () => ensureFile(environment, entry));
    await steps.run("record that it is done", () => settle(environment, entry));
    return { outs: { ...inputs, status: "available", hostHash: olds["hostHash"] } };
}

/** An update that was cut off may have grown the file, and state does not know. */
async function refuseShrinking(
    { journal }: DiskEnvironment,
    disk: Pick<DiskEntry, "id" | "format">,
    inputs: Properties,
): Promise<void> {
    const found = await diskSize({ path: journal.file(disk), format: disk.format });
    if (found !== undefined && found > readDisk(inputs).sizeBytes) {
        const reason = shrinkReason(inputs["size"] as string, `${found / 1024} KB`);
        throw new LinuxKitError("disk-shrinks", `size: ${reason}`, { id: disk.id, sizeBytes: found });
    }
}

async function ensureFile(environment: DiskEnvironment, entry: DiskEntry): Promise<void> {
    const { journal, findQemuImg } = environment;
    const file = { path: journal.file(entry), format: entry.format };
    const found = await diskSize(file);
    if (found === undefined) {
        await makeDisk(file, entry.sizeBytes, findQemuImg);
    } else if (found < entry.sizeBytes) {
        const user = entry.format === "raw" ? undefined : await runningWith(environment.machines, entry.id);
        await (user === undefined
            ? growDisk(file, entry.sizeBytes, findQemuImg)
            : growOnline(environment, user, entry));
    }
}

/** A QEMU that runs keeps a qcow2 file for itself. */
async function growOnline({ machines }: DiskEnvironment, user: MachineEntry, disk: DiskEntry): Promise<void> {
    const resize = { execute: "block_resize", arguments: { device: driveOf(disk), size: disk.sizeBytes } };
    await withQmp(machines.directory(user.id), answerMilliseconds, (qmp) => qmp.execute(resize));
}

async function settle({ journal, self }: DiskEnvironment, entry: DiskEntry): Promise<void> {
    const { attempt: _, ...made } = entry;
    await journal.write({ ...made, worker: self });
}

/** Whether its file is there. Looks, and changes nothing. */
export async function read(
    environment: DiskEnvironment,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    await requireThisHost(environment, id, outs, "disk");
    return { id, outs: { ...outs, status: (await isGone(environment, id, outs)) ? "missing" : "available" } };
}

export async function isGone({ journal }: DiskEnvironment, id: string, outs: Properties): Promise<boolean> {
    const { format } = readDisk(outs);
    return (await diskSize({ path: journal.file({ id, format }), format })) === undefined;
}

/** Takes away the file with all that is on it; one that is gone already, or is another resource's by now, is a success. */
export async function remove(environment: DiskEnvironment, steps: Steps, id: string, outs: Properties): Promise<void> {
    await requireThisHost(environment, id, outs, "disk");
    const { journal, self } = environment;
    if ((await otherOwner(environment, id, outs)) !== undefined) {
        return;
    }
    await steps.run("see that no machine has it", () => refuseInUse(environment, id, outs));
    const found = await journal.find(id);
    if (found !== undefined) {
        await steps.run("record the attempt", () => journal.write({ ...found, worker: self, attempt: "delete" }));
    }
    await steps.run("remove its file", () => journal.remove({ id, format: readDisk(outs).format }));
}

async function refuseInUse(environment: DiskEnvironment, id: string, outs: Properties): Promise<void> {
    const machine = await runningWith(environment.machines, id);
    if (machine !== undefined) {
        const { project, stack } = machine.identity;
        throw new LinuxKitError(
            "disk-in-use",
            `the machine "${nameOf(machine.identity)}" of stack ${project}/${stack} runs with the disk "${nameOf(readDisk(outs).identity)}": take the disk off that machine, or destroy the machine, first`,
            { id, machine: machine.id },
        );
    }
}

/** The resource that has adopted the disk since. */
export async function otherOwner(
    { journal }: DiskEnvironment,
    id: string,
    ...known: readonly Properties[]
): Promise<Identity | undefined> {
    const owner = (await journal.find(id))?.identity;
    const isKnown = known.some((properties) => owner && sameIdentity(owner, readDisk(properties).identity));
    return isKnown ? undefined : owner;
}

async function refuseAdopted(
    environment: DiskEnvironment,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<void> {
    const owner = await otherOwner(environment, id, olds, inputs);
    if (owner !== undefined) {
        throw new LinuxKitError(
            "disk-adopted",
            `"${nameOf(owner)}" of stack ${owner.project}/${owner.stack} has adopted the disk ${id}: take it out of this program, which leaves it there, or have another made here with \`pulumi up --replace\` and its URN`,
            { id },
        );
    }
}
