import type { Steps } from "../../lifecycle/steps";
import { reconcileTags } from "../resource/tags";
import type { Attempt } from "./attempt";
import type { LaunchPermissions, MachineImage } from "./calls";

/** Gives a registered image all that can be changed in place, by what it has now; what is right already is left alone. */
export async function reconcile(attempt: Attempt, steps: Steps, image: MachineImage): Promise<void> {
    const { calls, settings } = attempt;
    const tags = { wanted: settings.tags, found: image.tags };
    await reconcileTags(calls, steps, [image.id, ...image.snapshots], tags);
    if (image.description !== settings.description) {
        await steps.run("change the description", () => calls.describe(image.id, settings.description));
    }
    await reconcilePermissions(attempt, steps, image.id);
    if (minuteOf(image.deprecateAt) !== minuteOf(settings.deprecateAt)) {
        await steps.run("change the deprecation", () => calls.deprecate(image.id, settings.deprecateAt));
    }
}

async function reconcilePermissions({ calls, settings }: Attempt, steps: Steps, id: string): Promise<void> {
    const now = await steps.run("look at the launch permissions", () => calls.launchPermissions(id));
    const add = without(settings.launchPermissions, now);
    const remove = without(now, settings.launchPermissions);
    if (!isNone(add) || !isNone(remove)) {
        await steps.run("change the launch permissions", () => calls.changeLaunchPermissions(id, add, remove));
    }
}

function without(some: LaunchPermissions, others: LaunchPermissions): LaunchPermissions {
    return {
        accounts: some.accounts.filter((id) => !others.accounts.includes(id)),
        organizations: some.organizations.filter((arn) => !others.organizations.includes(arn)),
        organizationalUnits: some.organizationalUnits.filter((arn) => !others.organizationalUnits.includes(arn)),
        public: some.public && !others.public,
    };
}

const isNone = ({ accounts, organizations, organizationalUnits, public: isPublic }: LaunchPermissions): boolean =>
    accounts.length + organizations.length + organizationalUnits.length === 0 && !isPublic;

/** AWS rounds to the minute. */
export function minuteOf(time: string | undefined): number | undefined {
    return time === undefined ? undefined : Math.round(Date.parse(time) / 60_000);
}
