import { apply, failure, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import type { Connection } from "../client/connection";
import type { ResourceCalls } from "./calls";
import type { ResourceEnvironment } from "./environment";
import * as rules from "./rules";
import { tagFailures, tagsAll } from "./tags";

/** What constructors and `check` itself add beside a resource's own. */
const filledIn = ["identity", "connection", "defaultTags", "tagsAll", "account", "arn"];

/** An argument that is null is one that is not given. */
export function given(all: Properties): Properties {
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

/** Connection, region and tags with their defaults; without a region where none is known. */
export async function sharedDefaults(
    environment: Pick<ResourceEnvironment<ResourceCalls>, "defaultRegion">,
    news: Properties,
    resource: string,
): Promise<Properties> {
    const connection = (news["connection"] ?? {}) as Connection;
    const region = news["region"] ?? (await environment.defaultRegion(connection));
    return {
        connection,
        ...(region === undefined ? {} : { region }),
        tagsAll: tagsAll(resource, news["defaultTags"], news["tags"]),
    };
}

/** Arguments of a resource, and what is filled in for it. */
export interface Known {
    readonly given: readonly string[];
    readonly filledIn: readonly string[];
    /** The arguments of `timeouts` with their defaults. */
    readonly timeouts: Readonly<Record<string, string>>;
}

/** What can be wrong with any resource: unknown arguments, tags, time-outs, the region. */
export function sharedFailures(news: Properties, region: unknown, known: Known): CheckFailure[] {
    const ours = [...filledIn, ...known.filledIn];
    const strangers = Object.fromEntries(Object.entries(news).filter(([key]) => !ours.includes(key)));
    const missing = "is not known: give it, set aws:region in the stack's configuration, or AWS_REGION";
    return [
        ...unknownKeys(strangers, [...known.given, "region", "tags", "timeouts"], ""),
        ...timeoutFailures(news["timeouts"], known.timeouts),
        ...tagFailures("tags", news["tags"]),
        ...tagFailures("aws:defaultTags", news["defaultTags"]),
        ...(region === undefined ? [failure("region", missing)] : []),
        ...apply("region", region, rules.region),
    ];
}

function timeoutFailures(timeouts: unknown, defaults: Known["timeouts"]): CheckFailure[] {
    if (timeouts !== undefined && (typeof timeouts !== "object" || timeouts === null)) {
        return apply("timeouts", timeouts, (value) => `${show(value)} is not an object such as { create: "1h" }`);
    }
    const all = { ...defaults, ...timeouts } as Properties;
    return [
        ...unknownKeys(all, Object.keys(defaults), "timeouts."),
        ...Object.keys(defaults).flatMap((key) => apply(`timeouts.${key}`, all[key] ?? defaults[key], rules.duration)),
    ];
}
