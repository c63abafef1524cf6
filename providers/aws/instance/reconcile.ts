import canonicalize from "canonicalize";
import type { Steps } from "../../lifecycle/steps";
import { reconcileTags, usersTags } from "../resource/tags";
import type { Instance } from "./calls";
import type { Attempt } from "./environment";
import { explainedLaunch } from "./explain";

/** Gives an instance all that can be changed while it runs, by what it has now; what is right already is left alone. */
export async function reconcile(attempt: Attempt, steps: Steps, instance: Instance): Promise<void> {
    const { calls, settings } = attempt;
    const { id, groups, tags, requiresTokens } = instance;
    if (canonicalize(usersTags(tags)) !== canonicalize(settings.tags)) {
        const parts = await steps.run("look for what goes with it", () => calls.belongings(id));
        await reconcileTags(calls, steps, [id, ...parts], { wanted: settings.tags, found: tags });
    }
    const wanted = settings.groups;
    if (wanted !== undefined && canonicalize(wanted.toSorted()) !== canonicalize(groups)) {
        await steps.run("change the security groups", () => changeGroups(attempt, id, wanted));
    }
    if (!requiresTokens) {
        await steps.run("require version 2 of the metadata service", () => calls.requireTokens(id));
    }
    await protect(attempt, steps, id);
}

async function changeGroups({ calls, settings }: Attempt, id: string, groups: readonly string[]): Promise<void> {
    try {
        await calls.changeGroups(id, groups);
    } catch (error) {
        throw explainedLaunch(error, settings);
    }
}

async function protect({ calls, settings }: Attempt, steps: Steps, id: string): Promise<void> {
    if (settings.spot !== undefined) {
        return;
    }
    const isProtected = await steps.run("look at its protection", () => calls.isProtected(id));
    if (isProtected !== settings.isProtected) {
        await steps.run("change its protection", () => calls.changeProtection(id, settings.isProtected));
    }
}
