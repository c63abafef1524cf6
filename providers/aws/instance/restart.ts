import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { waitOf } from "../resource/attempt";
import { detachVolumes, type WantedVolume } from "../volume/attach";
import { type FormerBoots, lastBoot } from "./booting";
import { attach, bringUp } from "./bring-up";
import type { Instance } from "./calls";
import type { Attempt } from "./environment";
import { explainedLaunch } from "./explain";
import { isNitro } from "./families";
import type { InstanceSettings } from "./settings";
import { isEnding } from "./take-away";

/** What an instance has to be stopped for. */
export interface Restart {
    readonly instance: Instance;
    /** Ids of volumes that it had and is not to have. */
    readonly detached: readonly string[];
    readonly stops: boolean;
}

/** Volumes that others attached, as a program of @pulumi/aws does, are left alone. */
export function planRestart(settings: InstanceSettings, had: readonly string[], instance: Instance): Restart {
    const has = ({ id, device }: WantedVolume): boolean =>
        instance.volumes.some((volume) => volume.id === id && volume.device === device);
    const isWanted = (id: string): boolean => settings.volumes.some((volume) => volume.id === id);
    const detached = [...new Set(had)].filter(
        (id) => !isWanted(id) && instance.volumes.some((volume) => volume.id === id),
    );
    const isOther = instance.type !== settings.type || detached.length > 0 || !settings.volumes.every(has);
    return { instance, detached, stops: isOther };
}

/** The boot that ends: when it was started, in seconds since 1970, and its id where it was ready. */
const bootLabel = ({ launched }: Instance, boot: string): string => `${Math.floor(launched / 1000)}-${boot}`;

/** Undefined unless a restart was cut off after the start, so that what runs may not be ready. */
function cutOff({ launched, tags }: Instance): string | undefined {
    const [, seconds, boot] = /^(\d+)-(.*)$/.exec(tags[labels.boot] ?? "") ?? [];
    return Number(seconds) === Math.floor(launched / 1000) ? undefined : boot;
}

const isOff = ({ state }: Instance): boolean => state === "stopped" || state === "stopping";

/** Stops an instance where it must be, changes what needs it stopped, starts it and waits until it is ready. */
export async function restart(attempt: Attempt, steps: Steps, plan: Restart): Promise<void> {
    const { calls, settings, environment } = attempt;
    const { instance, stops, detached } = plan;
    const { id } = instance;
    const unready = cutOff(instance);
    if (!stops && !isOff(instance)) {
        return unready === undefined ? undefined : bringUp(attempt, steps, id, { boot: unready, text: "" });
    }
    const console = await steps.run("read what it printed", () => calls.console(id, isNitro(instance.type)));
    const boot = lastBoot(console) ?? unready ?? "";
    if (unready === undefined || boot !== unready) {
        const mark = { [labels.boot]: bootLabel(instance, boot) };
        await steps.run("mark the boot that ends", () => calls.tag([id], mark));
    }
    environment.progress({ message: `waiting for ${id} to stop` });
    await steps.run("stop the instance", () => stop(attempt, steps, id));
    await detachVolumes({ calls, steps, wait: waitOf(attempt, steps) }, id, detached);
    if (instance.type !== settings.type) {
        await steps.run("change the type", () => calls.changeType(id, settings.type));
    }
    await attach(attempt, steps, id);
    const text = await steps.run("read what it printed", () => calls.console(id, isNitro(settings.type)));
    await steps.run("start the instance", () => start(attempt, id));
    await bringUp(attempt, steps, id, { boot, text } satisfies FormerBoots);
}

/** From now on what runs is ready. */
export async function endRestart({ calls }: Attempt, steps: Steps, id: string): Promise<void> {
    const [instance] = await steps.run("look at the instance", () => calls.instances({ ids: [id] }));
    if (instance !== undefined && labels.boot in instance.tags) {
        await steps.run("take the mark of its boot off", () => calls.untag([id], [labels.boot]));
    }
}

/** An instance that did not become ready is off. */
export async function standStill(attempt: Attempt, steps: Steps, id: string): Promise<void> {
    if (attempt.settings.spot !== undefined) {
        return;
    }
    const { environment, settings } = attempt;
    const deadline = environment.clock.now() + settings.deleteMilliseconds;
    const signal = new AbortController().signal;
    await steps.undo("stop the instance", () => stop({ ...attempt, deadline }, { signal }, id));
}

async function stop(attempt: Attempt, steps: Pick<Steps, "signal">, id: string): Promise<void> {
    const { calls } = attempt;
    const look = async (): Promise<true | undefined> => {
        const [instance] = await calls.instances({ ids: [id] });
        if (instance?.state === "running") {
            await calls.stopInstance(id);
        }
        const isOver = instance === undefined || instance.state === "stopped" || isEnding(instance);
        return isOver ? true : undefined;
    };
    await waitFor(`the instance ${id} to stop`, look, waitOf(attempt, steps));
}

async function start({ calls, settings }: Attempt, id: string): Promise<void> {
    try {
        await calls.startInstance(id);
    } catch (error) {
        throw explainedLaunch(error, settings);
    }
}
