import * as pulumi from "@pulumi/pulumi";

const counts = new WeakMap<object, Set<string>>();
const withoutStack = {};

/**
 * How many instances this program declares: a promise, since those that it declares later in the same turn are counted. By
 * names and not URNs, which may depend on what waits for this.
 */
export function declaredInstances(name: string): Promise<number> {
    const program = pulumi.runtime.getStackResource() ?? withoutStack;
    const declared = counts.get(program) ?? new Set<string>();
    counts.set(program, declared.add(name));
    return new Promise((resolve) => {
        setImmediate(() => resolve(declared.size));
    });
}
