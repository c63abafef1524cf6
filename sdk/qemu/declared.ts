import * as pulumi from "@pulumi/pulumi";

const names = new WeakMap<object, Set<string>>();
const withoutStack = {};

/**
 * Names of the machines that this program declares: a promise, since those that it declares later in the same turn are
 * among them. Names and not URNs, which may depend on what waits for this.
 */
export function declaredMachines(name: string): Promise<readonly string[]> {
    const program = pulumi.runtime.getStackResource() ?? withoutStack;
    const declared = names.get(program) ?? new Set<string>();
    names.set(program, declared.add(name));
    return new Promise((resolve) => {
        setImmediate(() => resolve([...declared]));
    });
}
