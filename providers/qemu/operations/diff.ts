import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { isSameUserData } from "../../lifecycle/user-data";
import { attachedNetworks } from "../network/attached";
import { attachedDisks, readSettings } from "../settings";
import { thisHost, wantedDigest } from "./host";

const plain = ["memory", "cpus", "ports", "kernelArguments", "accelerator", "timeouts"];

/** Another image, or other user data, is another machine; everything else is the same one started again. */
export async function diff(
    environment: MachineEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const replaces = [
        ...(digestOf(olds) === digestOf(news) ? [] : ["image"]),
        ...(isSameUserData(olds["userData"], news["userData"]) ? [] : ["userData"]),
    ];
    const replaced = replaces.length > 0;
    const changed =
        plain.some((key) => !isSame(olds[key], news[key])) ||
        !isSame(attachedDisks(olds), attachedDisks(news)) ||
        !isSame(attachedNetworks(olds), attachedNetworks(news));
    return {
        changes: replaced || changed || olds["status"] !== "running" || (await isAdrift(environment, id, olds, news)),
        replaces,
        deleteBeforeReplace: replaced,
    };
}

/** An update or a deletion was cut off, perhaps after its last step, before the engine heard of it. */
async function isAdrift(
    environment: MachineEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<boolean> {
    const entry = await environment.journal.find(id);
    if (entry === undefined) {
        return olds["hostHash"] === (await thisHost(environment));
    }
    const settings = readSettings(news);
    return (
        entry.attempt !== undefined ||
        !isSame(entry.networks ?? [], settings.networks) ||
        entry.digest !== (await wantedDigest(environment, settings))
    );
}

function digestOf(properties: Properties): unknown {
    const image = properties["image"];
    return typeof image === "object" && image !== null ? (image as Properties)["digest"] : image;
}

/** State keeps no order of keys. */
function isSame(one: unknown, other: unknown): boolean {
    return canonicalize(one) === canonicalize(other);
}
