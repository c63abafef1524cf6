import type { CheckFailure, Handler, Properties } from "./handler";
import type { Engine } from "./engine";
import type { Steps } from "./steps";

/** What one resource type does, each as a function of what it reaches outside itself through. */
export interface Operations<E> {
    readonly check: (
        environment: E,
        olds: Properties,
        news: Properties,
    ) => Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }>;
    readonly diff: (
        environment: E,
        id: string,
        olds: Properties,
        news: Properties,
    ) => Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }>;
    readonly create: (environment: E, steps: Steps, inputs: Properties) => Promise<{ id: string; outs: Properties }>;
    readonly read: (environment: E, id: string, outs: Properties) => Promise<{ id: string; outs: Properties }>;
    readonly update: (
        environment: E,
        steps: Steps,
        id: string,
        olds: Properties,
        news: Properties,
    ) => Promise<{ outs: Properties }>;
    readonly remove: (environment: E, steps: Steps, id: string, outs: Properties) => Promise<void>;
}

/** The handler of a resource type: what changes anything runs as steps, which the engine's end stops at their boundaries. */
export function wired<E extends { readonly engine: Pick<Engine, "operation"> }>(
    environment: E,
    operations: Operations<E>,
): Handler {
    const { operation } = environment.engine;
    const { check, diff, create, read, update, remove } = operations;
    return {
        check: (olds, news) => check(environment, olds, news),
        diff: (id, olds, news) => diff(environment, id, olds, news),
        create: (inputs) => operation((steps) => create(environment, steps, inputs)),
        read: (id, outs) => read(environment, id, outs),
        update: (id, olds, news) => operation((steps) => update(environment, steps, id, olds, news)),
        delete: (id, outs) => operation((steps) => remove(environment, steps, id, outs)),
    };
}
