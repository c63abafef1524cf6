import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";

const settings = ["memory", "cpus", "ports", "kernelArguments", "accelerator", "timeouts"];

/** Another image is another machine; everything else is the same one started again. */
export async function diff(
    { journal }: MachineEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const replaced = digestOf(olds) !== digestOf(news);
    const changed = settings.some((key) => !isSame(olds[key], news[key]));
    const wanting = olds["status"] !== "running" || (await journal.find(id))?.attempt !== undefined;
    return {
        changes: replaced || changed || wanting,
        replaces: replaced ? ["image"] : [],
        deleteBeforeReplace: replaced,
    };
}

function digestOf(properties: Properties): unknown {
    const image = properties["image"];
    return typeof image === "object" && image !== null ? (image as Properties)["digest"] : image;
}

/** State keeps no order of keys. */
function isSame(one: unknown, other: unknown): boolean {
    return canonicalize(one) === canonicalize(other);
}
