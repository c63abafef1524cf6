import { requireAbandoned } from "../../lifecycle/attempt";
import { called, identityLabel } from "../../lifecycle/identity";
import { labels } from "../../lifecycle/labels";
import { type Left, salvage } from "../../lifecycle/left";
import type { Steps } from "../../lifecycle/steps";
import { isRefusal } from "../client/errors";
import { waitOf, watchOf } from "../resource/attempt";
import type { Asked } from "../resource/journal";
import type { Instance, LaunchImage } from "./calls";
import type { Attempt } from "./environment";
import { ask, type AskedLaunch } from "./launch";
import { launchDigest } from "./settings";
import { isEnding, terminate } from "./take-away";

interface LeftInstance extends Left {
    readonly id: string;
    readonly fits: boolean;
    readonly isFresh: boolean;
    readonly asked?: Asked<AskedLaunch>;
}

/**
 * What earlier attempts of this resource left: by the journal, which knows what was asked for before it was answered, and by
 * tags. What does not fit is terminated.
 * @param image what to launch of; undefined when nothing is to be kept, as when an attempt takes back what it made
 * @param own the instance in state, which is none of them whatever a look at its tags shows
 * @returns id of the instance to go on with
 */
export async function salvageLeft(
    attempt: Attempt,
    steps: Steps,
    image: LaunchImage | undefined,
    own?: string,
): Promise<string | undefined> {
    const { environment, settings } = attempt;
    const isMade = ({ id }: LeftInstance): boolean => id === own || environment.journal.made.has(id);
    const what = called(settings.identity);
    const launches = await steps.run("look for an earlier attempt", () => launchesOf(attempt));
    const asked: LeftInstance[] = [];
    for (const launch of launches) {
        await requireAbandoned(launch.pending, what, watchOf(attempt, steps));
        asked.push(...(await askedFor(attempt, steps, launch, image)));
    }
    const tagged = await steps.run("look for instances that were left", () => taggedOnes(attempt, image !== undefined));
    const others = tagged.filter((left) => !isMade(left) && !asked.some(({ id }) => id === left.id));
    const kept = await salvage([...asked, ...others], {
        what,
        steps,
        watch: watchOf(attempt, steps),
        fits: ({ fits }) => fits,
        remove: async ({ id, asked: launch, isFresh }) => {
            await terminate(attempt, steps, id, { isFresh, isUnfinished: true });
            if (launch !== undefined) await environment.journal.remove(launch);
        },
    });
    return kept?.id;
}

export function launchesOf({ environment, settings, account }: Attempt): Promise<readonly Asked<AskedLaunch>[]> {
    return environment.journal.asked({ identity: identityLabel(settings), account, region: settings.region });
}

/** The instance of a launch whose answer may have been lost; none where there is none, or where it is finished. */
async function askedFor(
    attempt: Attempt,
    steps: Steps,
    asked: Asked<AskedLaunch>,
    image: LaunchImage | undefined,
): Promise<readonly LeftInstance[]> {
    const { calls, settings, environment, pending } = attempt;
    const { token, digest } = asked.request;
    const find = async (): Promise<Instance | undefined> => (await calls.instances({ token }))[0];
    const found = await steps.run("look for the instance of an earlier launch", find);
    if (found === undefined && image !== undefined && digest === launchDigest(settings)) {
        const id = await steps.run("launch the instance again", () => askedAgain(attempt, steps, asked, image));
        if (id !== undefined) {
            return [{ id, pending, digest, fits: true, isFresh: true, asked }];
        }
    }
    const shown = found ?? (await steps.run("wait for it to be shown", () => untilShown(attempt, steps, asked, find)));
    if (shown === undefined || !(labels.pending in shown.tags)) {
        await environment.journal.remove(asked);
        return [];
    }
    return [{ ...(await leftInstance(attempt, shown, image !== undefined)), asked }];
}

/** Undefined of a request that AWS refuses now, since its user data is another one or the image is gone. */
async function askedAgain(
    attempt: Attempt,
    steps: Steps,
    asked: Asked<AskedLaunch>,
    image: LaunchImage,
): Promise<string | undefined> {
    try {
        return await ask(attempt, steps, asked, image);
    } catch (error) {
        const cause = (error as Error).cause ?? error;
        if (!isRefusal(cause)) throw error;
        return undefined;
    }
}

/** AWS may not show for a while what was made moments ago. */
const hiddenMilliseconds = 60_000;

async function untilShown(
    attempt: Attempt,
    steps: Steps,
    { request }: Asked<AskedLaunch>,
    find: () => Promise<Instance | undefined>,
): Promise<Instance | undefined> {
    const { clock, signal } = waitOf(attempt, steps);
    const end = request.at + hiddenMilliseconds;
    for (;;) {
        const found = await find();
        if (found !== undefined || clock.now() >= end) {
            return found;
        }
        await clock.sleep(2000, signal);
    }
}

async function taggedOnes(attempt: Attempt, keep: boolean): Promise<readonly LeftInstance[]> {
    const identity = { [labels.identity]: identityLabel(attempt.settings) };
    const tagged = await attempt.calls.instances({ tags: identity, tagged: labels.pending });
    const left = tagged.filter((instance) => !isEnding(instance));
    return Promise.all(left.map((instance) => leftInstance(attempt, instance, keep)));
}

async function leftInstance({ calls, settings }: Attempt, instance: Instance, keep: boolean): Promise<LeftInstance> {
    const { id, tags } = instance;
    const digest = tags[labels.digest];
    const isSame = keep && !isEnding(instance) && digest === launchDigest(settings);
    const fits = isSame && (await calls.userData(id)) === (settings.userData ?? "");
    return { id, pending: tags[labels.pending] ?? "", digest, fits, isFresh: false };
}
