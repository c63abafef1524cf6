import { apply, failure, holdsUnknown, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { nameOf } from "../../lifecycle/identity";
import type { InstanceEnvironment } from "./environment";
import * as rules from "./rules";

/** Of AWS's names for volumes beside the root: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html */
const devices = "fghijklmnop".split("").map((letter) => `/dev/sd${letter}`);

/** Each volume with its device, the next that is free where none is given. */
export function volumesFrom(given: unknown): unknown {
    if (!Array.isArray(given)) {
        return given ?? [];
    }
    const entries = given.map((entry) =>
        typeof entry === "object" && entry !== null ? entry : { id: entry },
    ) as readonly Properties[];
    const taken = new Set(entries.map((entry) => entry["device"]));
    const free = devices.filter((device) => !taken.has(device));
    return entries.map((entry) => {
        const { id, device } = entry;
        return { id, device: device ?? free.shift() };
    });
}

export function volumeFailures(
    { wants }: Pick<InstanceEnvironment, "wants">,
    news: Properties,
    volumes: unknown,
): CheckFailure[] {
    const given = news["volumes"];
    if (!Array.isArray(volumes)) {
        return holdsUnknown(volumes) ? [] : [failure("volumes", `${show(given)} is not a list such as [{ volume }]`)];
    }
    const entries = volumes as readonly Properties[];
    const failures = entries.flatMap(({ id, device }, index) => [
        ...unknownKeys(Object((given as readonly unknown[])[index]) as object, ["id", "device"], `volumes[${index}].`),
        ...apply(`volumes[${index}].volume`, id, rules.volume),
        ...(device === undefined
            ? [
                  failure(
                      `volumes[${index}].device`,
                      "is missing: there are 11 by default, give others, such as /dev/sdq",
                  ),
              ]
            : apply(`volumes[${index}].device`, device, rules.device)),
        ...twice(entries, index, "id", "volume"),
        ...twice(entries, index, "device", "device"),
    ]);
    return failures.length > 0 ? failures : wantedTwice(wants, news, entries);
}

function twice(entries: readonly Properties[], index: number, key: string, property: string): CheckFailure[] {
    const value = entries[index]?.[key];
    const isTwice =
        value !== undefined && !holdsUnknown(value) && entries.findIndex((each) => each[key] === value) < index;
    return isTwice ? [failure(`volumes[${index}].${property}`, `${show(value)} is there twice`)] : [];
}

/** Another instance of the program may want it too; one that is not known yet is nobody's. */
function wantedTwice(
    wants: InstanceEnvironment["wants"],
    news: Properties,
    entries: readonly Properties[],
): CheckFailure[] {
    const identity = news["identity"] as Identity | undefined;
    const known = entries.map(({ id }) => id as string).filter((id) => !holdsUnknown(id));
    const declared = typeof news["declared"] === "number" ? news["declared"] : Infinity;
    const other = identity === undefined ? undefined : wants.want(identity, known, declared);
    if (other === undefined) {
        return [];
    }
    const index = entries.findIndex(({ id }) => id === other.volume);
    const reason = `the instance "${nameOf(other.instance)}" has the volume ${other.volume} too, and only one can: give each its own`;
    return [failure(`volumes[${index}].volume`, reason)];
}
