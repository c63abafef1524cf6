import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { takenBack } from "../../lifecycle/take-back";
import { openAttempt } from "../resource/attempt";
import type { Tags } from "../resource/calls";
import { unmark } from "../resource/mark";
import { reconcileTags } from "../resource/tags";
import { adopt } from "./adopt";
import type { Attempt, VolumeEnvironment } from "./environment";
import { salvageLeft } from "./left";
import { available, type Made, makeVolume } from "./make";
import { outputs } from "./outputs";
import { readSettings } from "./settings";

/**
 * Makes a volume, or goes on with what an attempt of the same resource left whose process died; or takes up one that is there.
 * A failure takes back what was made.
 */
export async function create(
    environment: VolumeEnvironment,
    steps: Steps,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.createMilliseconds);
    if (settings.adoptedId !== undefined) {
        return adopt(attempt, steps, settings.adoptedId, inputs);
    }
    const left = await salvageLeft(attempt, steps, true);
    try {
        const made = left ?? (await makeVolume(attempt, steps));
        return { id: made.id, outs: await finish(attempt, steps, made, inputs) };
    } catch (error) {
        throw await takenBack(error, settings.region, steps, (undoing) => {
            const deadline = environment.clock.now() + settings.deleteMilliseconds;
            return salvageLeft({ ...attempt, deadline }, undoing, false);
        });
    }
}

/** Takes the mark off last: a volume that still has it is nobody's. */
async function finish(attempt: Attempt, steps: Steps, { id, asked }: Made, inputs: Properties): Promise<Properties> {
    const { calls, environment, settings } = attempt;
    environment.progress({ message: `waiting for the volume ${id} in ${settings.zone}` });
    const volume = await steps.run("wait for the volume", () => available(attempt, steps, id));
    await reconcileTags(calls, steps, [id], { wanted: settings.tags, found: volume.tags });
    if (asked !== undefined) {
        await steps.run("forget the request", () => environment.journal.remove(asked));
    }
    const tagsNow = async (): Promise<Tags | undefined> => (await calls.volumes({ ids: [id] }))[0]?.tags;
    await steps.run("take the mark off the volume", () =>
        unmark({ calls, made: environment.journal.made }, id, tagsNow),
    );
    return outputs(attempt, volume, inputs);
}
