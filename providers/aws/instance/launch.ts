import { labels, ownershipLabels } from "../../lifecycle/labels";
import { identityLabel } from "../../lifecycle/identity";
import type { Steps } from "../../lifecycle/steps";
import { isAbsent, isRefusal } from "../client/errors";
import type { Asked } from "../resource/journal";
import type { LaunchImage, RunRequest } from "./calls";
import type { Attempt } from "./environment";
import { explainedLaunch, isUnknownProfile, isWithoutEffect } from "./explain";
import { type InstanceSettings, launchDigest } from "./settings";

/** What this machine knows of a launch: no user data, which may be secret. */
export interface AskedLaunch {
    readonly token: string;
    readonly digest: string;
    /** Milliseconds since 1970. */
    readonly at: number;
}

/** Has an instance made. It stands in the journal before it is asked for, so that the next attempt finds it. */
export async function launch(attempt: Attempt, steps: Steps, image: LaunchImage): Promise<string> {
    const { environment, settings, account, pending } = attempt;
    const asked: Asked<AskedLaunch> = {
        version: 1,
        identity: identityLabel(settings),
        account,
        region: settings.region,
        pending,
        request: { token: environment.random(40), digest: launchDigest(settings), at: environment.clock.now() },
    };
    await steps.run("record the launch", () => environment.journal.write(asked));
    return steps.run("launch the instance", () => ask(attempt, steps, asked, image));
}

/** An answer that was lost is given again for the same request. */
export async function ask(
    attempt: Attempt,
    steps: Pick<Steps, "signal">,
    asked: Asked<AskedLaunch>,
    image: LaunchImage,
): Promise<string> {
    const request = runRequest(attempt.settings, asked, image);
    try {
        return await onceAllKnown(attempt, steps, () => attempt.calls.runInstance(request));
    } catch (error) {
        if (isRefusal(error) || isWithoutEffect(error)) {
            await attempt.environment.journal.remove(asked);
        }
        throw explainedLaunch(error, attempt.settings);
    }
}

const unknownMilliseconds = 60_000;

/** An instance profile or an image that was made moments ago in the same program, AWS may not know in all places for a while. */
export async function onceAllKnown<T>(
    { environment, settings }: Attempt,
    { signal }: Pick<Steps, "signal">,
    run: () => Promise<T>,
): Promise<T> {
    const end = environment.clock.now() + unknownMilliseconds;
    for (;;) {
        try {
            return await run();
        } catch (error) {
            const mayCome = isUnknownProfile(error) || (settings.image !== undefined && isAbsent(error));
            if (!mayCome || environment.clock.now() >= end) {
                throw error;
            }
            await environment.clock.sleep(3000, signal);
        }
    }
}

function runRequest(settings: InstanceSettings, asked: Asked<AskedLaunch>, { staying }: LaunchImage): RunRequest {
    const { ami, type, identity, userData } = settings;
    const { subnet, groups, publicIp, keyName, profile, zone, tenancy, placementGroup, spot } = settings;
    return {
        token: asked.request.token,
        ami,
        type,
        ...(subnet === undefined ? {} : { subnet }),
        ...(groups === undefined ? {} : { groups }),
        ...(publicIp === undefined ? {} : { publicIp }),
        ...(keyName === undefined ? {} : { keyName }),
        ...(userData === undefined ? {} : { userData }),
        ...(profile === undefined ? {} : { profile }),
        ...(zone === undefined ? {} : { zone }),
        ...(tenancy === undefined ? {} : { tenancy }),
        ...(placementGroup === undefined ? {} : { placementGroup }),
        ...(spot === undefined ? {} : { spot }),
        staying,
        tags: {
            ...settings.tags,
            ...ownershipLabels(identity),
            [labels.digest]: asked.request.digest,
            [labels.pending]: asked.pending,
        },
        tagsOfParts: { ...settings.tags, ...ownershipLabels(identity) },
    };
}
