import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Progress } from "../../image/environment";
import type { Identity } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { type Wait, waitFor } from "../../lifecycle/wait";
import type { AttachCalls, Volume } from "./attach-calls";
import { unlessRaced } from "./attach-errors";
import { detachStopped, handOver, isEnding } from "./hand-over";
import type { VolumeWants } from "./wants";

/** What an instance gets its volumes through. */
export interface Attaching {
    readonly calls: AttachCalls;
    readonly steps: Steps;
    /** Its deadline ends every wait here. */
    readonly wait: Wait;
    readonly wants: VolumeWants;
    readonly progress: Progress;
    /** The instance's resource. */
    readonly identity: Identity;
    /** Remembers that another instance is about to lose a volume, until that one is deleted or has it again. */
    readonly recordLoss: (instance: string, volume: string) => Promise<void>;
}

/** A volume as an instance has it. */
export interface WantedVolume {
    readonly id: string;
    /** "/dev/sdf". On Nitro its system sees an NVMe disk in its place, whose serial number is the volume's id. */
    readonly device: string;
}

/**
 * Attaches volumes to an instance that runs or is stopped, or will be in a moment, and waits until each is attached; what
 * is right already is left alone. Of a volume that another instance of the stack has it waits until that one gives it up in
 * its own update; one that the program has no more, or that this one replaces, is stopped, so that its system has written
 * all, and the volume is taken off it. A volume is never taken off an instance that runs.
 * @throws LinuxKitError `volume-in-use`, `volume-gone`, `volume-elsewhere`, `volume-not-attached`, `timed-out`
 */
export async function attachVolumes(
    attaching: Attaching,
    instance: string,
    wanted: readonly WantedVolume[],
): Promise<void> {
    for (const volume of wanted) {
        await attaching.steps.run(`attach the volume ${volume.id}`, () => attach(attaching, instance, volume));
    }
}

/**
 * Takes volumes off an instance that is stopped, or on its way out, and waits until it has none of them; one that it does
 * not have, or that is not there, is a success.
 * @throws LinuxKitError `volume-in-use` when the instance runs, `timed-out`
 */
export async function detachVolumes(
    { calls, steps, wait }: Pick<Attaching, "calls" | "steps" | "wait">,
    instance: string,
    ids: readonly string[],
): Promise<void> {
    for (const id of ids) {
        const look = async (): Promise<true | undefined> => {
            const [volume] = await calls.volumesById([id]);
            const own = volume?.attachments.find((attachment) => attachment.instance === instance);
            if (own?.state === "attached") {
                await detachStopped(calls, id, instance);
            }
            return own === undefined ? true : undefined;
        };
        const what = `the volume ${id} to be detached from ${instance}`;
        await steps.run(`detach the volume ${id}`, () => waitFor(what, look, wait));
    }
}

async function attach(attaching: Attaching, instance: string, wanted: WantedVolume): Promise<void> {
    const { calls, wait } = attaching;
    const told = new Set<string>();
    const look = async (): Promise<true | undefined> => {
        const volume = await found(calls, wanted.id);
        const own = volume.attachments.find((attachment) => attachment.instance === instance);
        const other = volume.attachments.find((attachment) => attachment.instance !== instance);
        if (own?.state === "attached" && own.device === wanted.device) {
            return true;
        }
        if (other !== undefined) {
            await handOver(attaching, volume, other, told);
        } else if (own?.state === "attached") {
            await detachStopped(calls, wanted.id, instance);
        } else if (own === undefined && volume.state === "available") {
            await unlessRaced(
                wanted.id,
                () => calls.attachVolume(wanted.id, instance, wanted.device),
                (error) => requireAlive(calls, instance, wanted.id, error),
            );
        }
        return undefined;
    };
    await withHolder(told, () => waitFor(`the volume ${wanted.id} to be attached to ${instance}`, look, wait));
}

/** Says who was waited for when the time is over. */
async function withHolder(told: ReadonlySet<string>, wait: () => Promise<unknown>): Promise<void> {
    try {
        await wait();
    } catch (error) {
        const [holder] = told;
        if (!(error instanceof LinuxKitError) || error.code !== "timed-out" || holder === undefined) {
            throw error;
        }
        throw new LinuxKitError(
            "volume-in-use",
            `${error.message}; ${holder} did not give it up: update that instance first, with \`pulumi up --target\`; it may be left out by --target, wait for this instance, or with --parallel 1 come after it`,
            { ...error.fields },
            { cause: error },
        );
    }
}

/** A volume is made before an instance is told of it, and shown by then. */
async function found(calls: AttachCalls, id: string): Promise<Volume> {
    const [volume] = await calls.volumesById([id]);
    if (volume === undefined || ["deleting", "deleted", "error"].includes(volume.state)) {
        throw new LinuxKitError(
            "volume-gone",
            `the volume ${id} is not in this account and region any more: run \`pulumi refresh\`, then \`pulumi up\``,
            { volume: id },
        );
    }
    return volume;
}

/** AWS says of an instance that is ending, as of one that begins, that its state is the wrong one. */
async function requireAlive(calls: AttachCalls, instance: string, volume: string, error: Error): Promise<void> {
    const holder = await calls.holder(instance);
    if (holder !== undefined && isEnding(holder)) {
        throw new LinuxKitError(
            "volume-not-attached",
            `the volume ${volume} could not be attached: ${instance} is ${holder.state}: ${error.message}`,
            { volume, instance },
            { cause: error },
        );
    }
}
