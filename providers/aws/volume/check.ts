import { unknownValue } from "../../../sdk/assembly/inputs";
import { apply, failure, holdsUnknown, type Rule, show } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { nameOf } from "../../lifecycle/identity";
import { given, sharedDefaults, sharedFailures } from "../resource/check";
import * as rules from "../resource/rules";
import { replacing } from "./diff";
import type { VolumeEnvironment } from "./environment";
import { defaultPerformance, kindProblems, type VolumeKind, volumeTypes } from "./kinds";
import { defaultTimeouts, gibibytesOf, regionOf } from "./settings";
import { shrinkReason } from "./shrink";

const known = {
    given: [
        "availabilityZone",
        "size",
        "type",
        "iops",
        "throughput",
        "encrypted",
        "kmsKey",
        "snapshot",
        "finalSnapshot",
        "adopt",
    ],
    filledIn: ["region", "sizeGiB"],
    timeouts: defaultTimeouts,
};

/** Every problem at once; the inputs with their defaults, and what a preview can know of the volume. */
export async function check(
    environment: VolumeEnvironment,
    olds: Properties,
    all: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = given(all);
    const inputs = { ...news, ...(await defaults(environment, news)) };
    const failures = [
        ...sharedFailures(news, inputs["region"], known),
        ...valueFailures(inputs),
        ...combinedFailures(inputs),
    ];
    return { inputs, failures: failures.length > 0 ? failures : shrinkFailures(olds, inputs) };
}

async function defaults(environment: VolumeEnvironment, news: Properties): Promise<Properties> {
    const { availabilityZone: zone, kmsKey, size } = news;
    const region = regionOf(String(zone)) ?? unknownValue;
    const type = news["type"] ?? "gp3";
    const sizeGiB = rules.size(size) === undefined ? gibibytesOf(size) : undefined;
    return {
        ...(await sharedDefaults(environment, { ...news, region }, nameOf(identityOf(news)))),
        type,
        ...defaultPerformance(type),
        ...(news["iops"] === undefined ? {} : { iops: news["iops"] }),
        ...(news["throughput"] === undefined ? {} : { throughput: news["throughput"] }),
        encrypted: news["encrypted"] ?? kmsKey !== undefined,
        finalSnapshot: news["finalSnapshot"] ?? false,
        ...(holdsUnknown(size) ? { sizeGiB: unknownValue } : {}),
        ...(sizeGiB === undefined ? {} : { sizeGiB }),
    };
}

const identityOf = (news: Properties): { urn: string } => (news["identity"] ?? { urn: "" }) as { urn: string };

const zone: Rule = (value) =>
    typeof value === "string" && regionOf(value) !== undefined
        ? undefined
        : `${show(value)} is not the name of an availability zone such as "eu-central-1a"`;

const count: Rule = (value) => (Number.isInteger(value) ? undefined : `${show(value)} is not a whole number`);

const snapshot: Rule = (value) =>
    typeof value === "string" && /^snap-[0-9a-f]{8,17}$/.test(value)
        ? undefined
        : `${show(value)} is not the id of a snapshot such as "snap-0123456789abcdef0"`;

const adopt: Rule = (value) => {
    const isObject = typeof value === "object" && value !== null;
    const { id, ...others } = (isObject ? value : {}) as Properties;
    const isId = typeof id === "string" && /^vol-[0-9a-f]{8,17}$/.test(id) && Object.keys(others).length === 0;
    return isId ? undefined : 'this names no volume: write { id: "vol-…" }';
};

function valueFailures(inputs: Properties): CheckFailure[] {
    const { availabilityZone, size, snapshot: source } = inputs;
    const missingZone =
        'is missing: say where it is, such as "eu-central-1a", the zone of the instance that is to have it';
    return [
        ...(availabilityZone === undefined ? [failure("availabilityZone", missingZone)] : []),
        ...(size === undefined && source === undefined
            ? [failure("size", 'is missing: say how large it is, such as "20 GB", or give a snapshot')]
            : []),
        ...apply("availabilityZone", availabilityZone, zone),
        ...apply("size", size, rules.size),
        ...apply("type", inputs["type"], rules.oneOf(...volumeTypes)),
        ...apply("iops", inputs["iops"], count),
        ...apply("throughput", inputs["throughput"], count),
        ...apply("encrypted", inputs["encrypted"], rules.flag),
        ...apply("kmsKey", inputs["kmsKey"], rules.kmsKey("volume", inputs["region"])),
        ...apply("snapshot", source, snapshot),
        ...apply("finalSnapshot", inputs["finalSnapshot"], rules.flag),
        ...apply("adopt", inputs["adopt"], adopt),
    ];
}

/** What arguments say together. */
function combinedFailures(inputs: Properties): CheckFailure[] {
    const numbers = Object.entries({ iops: inputs["iops"], throughput: inputs["throughput"] });
    const performance = Object.fromEntries(numbers.filter(([, value]) => typeof value === "number"));
    const sizeGiB = typeof inputs["sizeGiB"] === "number" ? inputs["sizeGiB"] : undefined;
    const isUnsaid = inputs["iops"] === unknownValue;
    const kind = { type: inputs["type"], ...performance } as Partial<VolumeKind>;
    const problems = kindProblems(kind, sizeGiB).filter(([property]) => !(isUnsaid && property === "iops"));
    return [
        ...problems.map(([property, reason]) => failure(property, reason)),
        ...(inputs["encrypted"] === false && inputs["kmsKey"] !== undefined
            ? [failure("encrypted", "is false, and there is a kmsKey: leave one out")]
            : []),
    ];
}

function shrinkFailures(olds: Properties, inputs: Properties): CheckFailure[] {
    const before = gibibytesOf(olds["size"]);
    const after = inputs["sizeGiB"];
    const isSmaller = before !== undefined && typeof after === "number" && after < before;
    return isSmaller && replacing(olds, inputs).length === 0
        ? [failure("size", shrinkReason(String(inputs["size"]), String(olds["size"])))]
        : [];
}
