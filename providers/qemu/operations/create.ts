import { randomUUID } from "node:crypto";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import type { MachineEnvironment } from "../environment";
import { abandonedCreations } from "../journal/attempts";
import { type MachineEntry, nameOf } from "../journal/entry";
import { bringUp } from "../machine/bring-up";
import { forget, powerOff } from "../machine/take-down";
import { type MachineSettings, readSettings } from "../settings";
import { thisHost, wantedDigest } from "./host";

/**
 * Makes a machine, or goes on with what an attempt of the same identity and inputs left whose process died.
 * A failure takes back what was made, and says why with the console's last lines.
 */
export async function create(
    environment: MachineEnvironment,
    steps: Steps,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(inputs);
    const hostHash = await thisHost(environment);
    const digest = await wantedDigest(environment, settings);
    const entry = await claim(environment, steps, settings, digest);
    try {
        const ready = await bringUp(environment, steps, entry, settings);
        await steps.run("record that it is made", () => settle(environment, ready));
        return { id: entry.id, outs: { ...inputs, status: "running", hostHash } };
    } catch (error) {
        await takeBack(environment, steps, entry, error);
        throw error;
    }
}

/** An entry of this process: a new one, or that of an attempt which was cut off and wanted the same. */
async function claim(
    environment: MachineEnvironment,
    steps: Steps,
    settings: MachineSettings,
    digest: string,
): Promise<MachineEntry> {
    const { journal, self } = environment;
    const left = await steps.run("look for an earlier attempt", async () =>
        abandonedCreations(
            await journal.of(settings.identity),
            self,
            steps.signal,
            `the machine "${nameOf(settings.identity)}"`,
        ),
    );
    await refuseLost(environment, settings);
    const same = left.find((entry) => entry.digest === digest);
    for (const entry of left.filter((other) => other !== same)) {
        await steps.run("power off what an earlier attempt left", () => powerOff(environment, entry.id, 0));
        await steps.run("remove what an earlier attempt left", () => forget(environment, entry.id, entry.identity));
    }
    const places = settings.networks.length === 0 ? {} : { networks: settings.networks };
    const fresh: MachineEntry = {
        version: 1,
        id: randomUUID(),
        identity: settings.identity,
        architecture: settings.image.architecture,
        digest,
        ports: settings.ports,
        ...(settings.disks.length === 0 ? {} : { disks: settings.disks }),
        ...places,
        worker: self,
        attempt: "create",
    };
    const entry = same === undefined ? fresh : { ...same, ...places, worker: self };
    return steps.run("record the attempt", () => journal.write(entry));
}

/**
 * A machine of this identity that was made is deleted before another one is: Pulumi is told so for every replacement. One
 * that is here all the same is not in state; the engine died before it heard of it.
 */
async function refuseLost({ journal }: MachineEnvironment, { identity }: MachineSettings): Promise<void> {
    const lost = (await journal.of(identity)).find(({ attempt }) => attempt !== "create");
    if (lost !== undefined) {
        throw new LinuxKitError(
            "machine-lost",
            `an earlier machine "${nameOf(identity)}" (${lost.id}) is left on this host, and the stack does not know it: an \`up\` was cut off, or it was taken out of state; \`npx pulumi-linuxkit gc\` lists it and, with --yes, deletes it; then run the command again`,
            { id: lost.id },
        );
    }
}

/** Nothing of the attempt is left, nor the ports that were kept for it: the machine's entry has them. */
export async function settle({ journal, reservations, self }: MachineEnvironment, entry: MachineEntry): Promise<void> {
    const { attempt: _, ...made } = entry;
    await journal.write({ ...made, worker: self });
    await reservations.release(entry.identity, { keepOwn: false });
}

async function takeBack(
    environment: MachineEnvironment,
    steps: Steps,
    { id, identity }: MachineEntry,
    cause: unknown,
): Promise<void> {
    try {
        await steps.undo("power off what was started", () => powerOff(environment, id, 0));
        await steps.undo("remove what was made", () => forget(environment, id, identity));
    } catch (error) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new LinuxKitError(
            "create-interrupted",
            `${reason}\nwhat was made of it is left (machine ${id}): the next \`pulumi up\` goes on from there, and \`pulumi-linuxkit gc\` takes it away`,
            { id },
            { cause: error },
        );
    }
}
