import canonicalize from "canonicalize";
import { apply, failure, holdsUnknown, show } from "../../lifecycle/check";
import type { CheckFailure } from "../../lifecycle/handler";
import { isOurLabel, labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import type { ResourceCalls, Tags } from "./calls";
import * as rules from "./rules";

/** AWS takes 50. */
const most = 50 - Object.keys(labels).length;

export function tagFailures(property: string, given: unknown): CheckFailure[] {
    if (given === undefined || (holdsUnknown([given]) && typeof given !== "object")) {
        return [];
    }
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
        return [failure(property, `${show(given)} is not an object such as { team: "storage" }`)];
    }
    const count = Object.keys(given).length;
    return [
        ...(count > most ? [failure(property, `${count} tags are more than the ${most} that there is room for`)] : []),
        ...Object.keys(given).flatMap((key) => {
            const problem = rules.tagKeyProblem(key);
            return problem === undefined ? [] : [failure(`${property}.${key}`, problem)];
        }),
        ...Object.entries(given).flatMap(([key, value]) => apply(`${property}.${key}`, value, rules.tag)),
    ];
}

/** The resource's own over those of the configuration, and these over its name. */
export function tagsAll(resource: string, defaultTags: unknown, tags: unknown): unknown {
    const isKnown = (value: unknown): boolean => value === undefined || typeof value === "object";
    if (!isKnown(defaultTags) || !isKnown(tags)) {
        return isKnown(tags) ? defaultTags : tags;
    }
    return { Name: resource, ...(defaultTags as object | undefined), ...(tags as object | undefined) };
}

/** Without our own labels, and those that AWS puts there. */
export function usersTags(tags: Tags): Tags {
    return Object.fromEntries(Object.entries(tags).filter(([key]) => !isOurLabel(key) && !key.startsWith("aws:")));
}

/** Gives things their user's tags, and takes others off; by what the first of them has now. */
export async function reconcileTags(
    calls: Pick<ResourceCalls, "tag" | "untag">,
    steps: Steps,
    ids: readonly string[],
    { wanted, found }: { readonly wanted: Tags; readonly found: Tags },
): Promise<void> {
    const now = usersTags(found);
    const gone = Object.keys(now).filter((key) => !(key in wanted));
    if (canonicalize(now) !== canonicalize(wanted) && Object.keys(wanted).length > 0) {
        await steps.run("change the tags", () => calls.tag(ids, wanted));
    }
    if (gone.length > 0) {
        await steps.run("take off tags", () => calls.untag(ids, gone));
    }
}
