import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { called } from "../../lifecycle/identity";
import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { takenBack } from "../../lifecycle/take-back";
import { onceKnown, openAttempt } from "../resource/attempt";
import { unmark } from "../resource/mark";
import { bringUp } from "./bring-up";
import type { Instance } from "./calls";
import type { Attempt, InstanceEnvironment } from "./environment";
import { requireFit } from "./fit";
import { launch } from "./launch";
import { launchesOf, salvageLeft } from "./left";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
import { readSettings } from "./settings";

/**
 * Launches an instance and waits until it is ready, or goes on with what an attempt of the same resource left whose process
 * died. A failure terminates what was launched, and says why with the console's last lines.
 */
export async function create(
    environment: InstanceEnvironment,
    steps: Steps,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.createMilliseconds);
    const image = await steps.run("look at the image and the type", () => requireFit(attempt, steps));
    let id = await salvageLeft(attempt, steps, image);
    try {
        id = id === undefined ? await launch(attempt, steps, image) : await takeOver(attempt, steps, id);
        await bringUp(attempt, steps, id);
        return { id, outs: await finish(attempt, steps, id, inputs) };
    } catch (error) {
        const deadline = environment.clock.now() + settings.deleteMilliseconds;
        const failed = { ...attempt, deadline };
        throw steps.signal.aborted
            ? await interrupted(failed, steps, id, error)
            : await takenBack(error, settings.region, steps, (undoing) => salvageLeft(failed, undoing, undefined));
    }
}

/** From now on it is this attempt's. */
async function takeOver(attempt: Attempt, steps: Steps, id: string): Promise<string> {
    const { calls, pending } = attempt;
    await steps.run("mark the instance as this attempt's", () =>
        onceKnown(attempt, steps.signal, () => calls.tag([id], { [labels.pending]: pending })),
    );
    return id;
}

/** Takes the mark off last: what still has it is nobody's. */
async function finish(attempt: Attempt, steps: Steps, id: string, inputs: Properties): Promise<Properties> {
    const { calls, environment } = attempt;
    const look = async (): Promise<Instance> => present(await calls.instances({ ids: [id] }), id);
    await reconcile(attempt, steps, await steps.run("look at the instance", look));
    const instance = await steps.run("look at its addresses", look);
    await steps.run("forget the launch", async () => {
        for (const asked of await launchesOf(attempt)) {
            await environment.journal.remove(asked);
        }
    });
    await steps.run("take the mark off the instance", () =>
        unmark(
            { calls, made: environment.journal.made },
            id,
            async () => (await calls.instances({ ids: [id] }))[0]?.tags,
        ),
    );
    return outputs(attempt, instance, inputs);
}

function present([instance]: readonly Instance[], id: string): Instance {
    if (instance === undefined) {
        throw new LinuxKitError(
            "instance-gone",
            `the instance ${id} was terminated outside while it was made: run the command again`,
            { instance: id },
        );
    }
    return instance;
}

/** Ctrl-C leaves no time to wait for the end of what was launched. */
async function interrupted(
    attempt: Attempt,
    steps: Steps,
    id: string | undefined,
    cause: unknown,
): Promise<LinuxKitError> {
    const { settings } = attempt;
    const isEnding = await endUnfinished(attempt, steps, id).catch(() => false);
    const state = isEnding
        ? "what was launched is being terminated"
        : "what was launched is left, and the next `pulumi up` goes on with it or removes it";
    return new LinuxKitError(
        "create-interrupted",
        `interrupted while ${called(settings.identity)} was made in ${settings.region}: ${state}`,
        { region: settings.region },
        { cause },
    );
}

/** False when the answer to a launch is not known, and nothing is shown of it. */
async function endUnfinished(attempt: Attempt, steps: Steps, id: string | undefined): Promise<boolean> {
    const { calls, environment } = attempt;
    const launches = await launchesOf(attempt);
    const shown = await Promise.all(launches.map(({ request: { token } }) => calls.instances({ token })));
    const ids = new Set([...(id === undefined ? [] : [id]), ...shown.flat().map((instance) => instance.id)]);
    for (const each of ids) {
        await steps.undo("terminate what was launched", () => calls.terminateInstance(each));
    }
    if (ids.size < launches.length) {
        return false;
    }
    for (const asked of launches) {
        await environment.journal.remove(asked);
    }
    return true;
}
