import type { CheckFailure, Properties } from "../lifecycle/handler";
import { PartialFailure } from "../lifecycle/handler";
import { requireNode } from "../lifecycle/node-version";
import { handlerOf } from "./handlers";
import { clean } from "./json";
import { withIdentity } from "./context";
import { engine } from "./wiring/engine";

/**
 * The other end of the shims: a contract for ever, since state calls it by name.
 * `type` is the resource's type token without `dynamic/`: `linuxkit:Image`, `linuxkit/qemu:Machine`.
 */
export async function check(
    type: string,
    olds: Properties,
    news: Properties,
): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    return run(news, async () => {
        const { inputs, failures } = await (await handlerOf(type)).check(olds, news);
        return { inputs: clean(inputs), failures: failures.map(asSentence) };
    });
}

export async function diff(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
    return run(news, async () => {
        const answer = await (await handlerOf(type)).diff(id, olds, news);
        return { ...answer, replaces: [...answer.replaces] };
    });
}

export async function create(type: string, inputs: Properties): Promise<{ id: string; outs: Properties }> {
    return run(inputs, async () => {
        const { id, outs } = await (await handlerOf(type)).create(inputs);
        return { id, outs: clean(outs) };
    });
}

export async function read(type: string, id: string, props: Properties): Promise<{ id: string; props: Properties }> {
    return run(props, async () => {
        const found = await (await handlerOf(type)).read(id, props);
        return { id: found.id, props: clean(found.outs) };
    });
}

export async function update(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ outs: Properties }> {
    return run(news, async () => {
        const { outs } = await (await handlerOf(type)).update(id, olds, news);
        return { outs: clean(outs) };
    });
}

async function remove(type: string, id: string, props: Properties): Promise<void> {
    await run(props, async () => (await handlerOf(type)).delete(id, props));
}
export { remove as delete };

/** The engine prints the value of a failure's property, all of a component, and `<nil>` for a path within one. */
function asSentence({ property, reason }: CheckFailure): CheckFailure {
    return { property: "", reason: `${property}: ${reason}` };
}

async function run<T>(properties: Properties, call: () => Promise<T>): Promise<T> {
    try {
        requireNode();
        return await engine().answer(() => withIdentity(properties, call));
    } catch (error) {
        throw presentable(error, properties);
    }
}

/** Pulumi prints an error's stack for some calls and its message for others: both say the same, once. */
function presentable(error: unknown, inputs: Properties): Error {
    if (!(error instanceof Error)) {
        return new Error(String(error));
    }
    error.stack = process.env["PULUMI_LINUXKIT_DEBUG"] === undefined ? "" : (error.stack ?? "");
    if (error instanceof PartialFailure) {
        return Object.assign(error, { properties: clean({ ...inputs, ...error.outs }) });
    }
    return error;
}
