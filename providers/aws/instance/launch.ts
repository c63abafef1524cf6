import { labels, ownershipLabels } from "../../lifecycle/labels";
import { identityLabel } from "../../lifecycle/identity";
import type { Steps } from "../../lifecycle/steps";
import { isRefusal } from "../client/errors";
import type { Asked } from "../resource/journal";
import type { LaunchImage, RunRequest } from "./calls";
import type { Attempt } from "./environment";
import { explainedLaunch, isWithoutEffect } from "./explain";
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
    return steps.run("launch the instance", () => ask(attempt, asked, image));
}

/** An answer that was lost is given again for the same request. */
export async function ask(attempt: Attempt, asked: Asked<AskedLaunch>, image: LaunchImage): Promise<string> {
    try {
        return await attempt.calls.runInstance(runRequest(attempt.settings, asked, image));
    } catch (error) {
        if (isRefusal(error) || isWithoutEffect(error)) {
            await attempt.environment.journal.remove(asked);
        }
        throw explainedLaunch(error, attempt.settings);
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
