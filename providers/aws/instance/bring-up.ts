import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { isInitLine } from "../../readiness/console-lines";
import { waitUntilReady } from "../../readiness/wait";
import { waitOf } from "../resource/attempt";
import { attachVolumes } from "../volume/attach";
import { BootingInstance, type FormerBoots } from "./booting";
import type { Instance } from "./calls";
import type { Attempt } from "./environment";
import { isNitro } from "./families";
import { isEnding } from "./take-away";

/** Waits until an instance runs, has its volumes, and is ready as its image declares it. */
export async function bringUp(attempt: Attempt, steps: Steps, id: string, former?: FormerBoots): Promise<void> {
    const { environment, settings } = attempt;
    environment.progress({ message: `waiting for ${id} to run` });
    await steps.run("wait until it runs", () => running(attempt, steps, id));
    await attach(attempt, steps, id);
    await steps.run("wait until it is ready", () => ready(attempt, steps, id, former));
    environment.progress({ message: `${id} is ready in ${settings.region}` });
}

export async function attach(attempt: Attempt, steps: Steps, id: string): Promise<void> {
    const { environment, settings, calls } = attempt;
    const { wants, progress, journal } = environment;
    const wait = waitOf(attempt, steps);
    const { identity, volumes } = settings;
    const recordLoss = (instance: string, volume: string): Promise<void> => journal.markChange(instance, [volume]);
    await attachVolumes({ calls, steps, wait, wants, progress, identity, recordLoss }, id, volumes);
}

/** @throws LinuxKitError `instance-failed`, `timed-out` */
async function running(attempt: Attempt, steps: Steps, id: string): Promise<Instance> {
    const look = async (): Promise<Instance | undefined> => {
        const [found] = await attempt.calls.instances({ ids: [id] });
        if (found !== undefined && (isEnding(found) || ["stopping", "stopped"].includes(found.state))) {
            throw new LinuxKitError(
                "instance-failed",
                `AWS could not start the instance ${id}: it is ${found.state}: ${found.reason ?? "AWS gives no reason"}; where its volumes are encrypted with a KMS key, look whether its policy lets these credentials use it`,
                { instance: id, state: found.state },
            );
        }
        return found?.state === "running" ? found : undefined;
    };
    return waitFor(`the instance ${id} to run`, look, waitOf(attempt, steps));
}

async function ready(attempt: Attempt, steps: Steps, id: string, former: FormerBoots | undefined): Promise<void> {
    const { environment, settings, calls, deadline } = attempt;
    const { clock: own, progress, connects } = environment;
    // Ctrl-C ends a pause; the wait itself then says what it was for.
    const clock = { now: () => own.now(), sleep: (ms: number) => own.sleep(ms, steps.signal).catch(() => undefined) };
    const latest = isNitro(settings.type);
    const machine = new BootingInstance({ calls, id, latest, connects, ...(former === undefined ? {} : { former }) });
    await waitUntilReady(machine, {
        readiness: settings.readiness,
        timeoutSeconds: Math.max(Math.round((deadline - clock.now()) / 1000), 0),
        ...(former === undefined ? {} : { timeoutArgument: "timeouts.update" }),
        signal: steps.signal,
        onLine: (message) => (isInitLine(message) ? progress({ message }) : undefined),
        clock,
    });
}
