import type { LabelSpec } from "../../../sdk/assembly/normalize/label";
import type { ContainerSpec } from "../../../sdk/assembly/spec";

/**
 * A container as LinuxKit runs it: what the program gives, else what its image's label says, else the default. A key
 * replaces, and of `runtime` each of its keys; `capabilities.add` and `binds.add` add to what the label says.
 * M/config.go, ConfigToOCI: upstream leaves duplicates in what is added to, and takes no additions from a label.
 */
export function withLabel(container: ContainerSpec, label: LabelSpec | undefined): ContainerSpec {
    const { given = [], "capabilities.add": capabilities, "binds.add": binds, ...spec } = container;
    const taken = (label?.given ?? []).filter((key) => !given.includes(key));
    const from = (keys: readonly string[], values: object) =>
        Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
    const values: Partial<LabelSpec["values"]> = label?.values ?? {};
    const runtimeKeys = taken.filter((key) => key.startsWith("runtime.")).map((key) => key.slice("runtime.".length));
    const merged: ContainerSpec = {
        ...spec,
        ...from(taken, values),
        given: [...given, ...taken].toSorted(),
        runtime: {
            ...spec.runtime,
            ...from(runtimeKeys, values.runtime ?? {}),
            bindNS: { ...values.runtime?.bindNS, ...spec.runtime.bindNS },
        },
    };
    return {
        ...merged,
        capabilities: given.includes("capabilities") ? merged.capabilities : union(merged.capabilities, capabilities),
        binds: given.includes("binds") ? merged.binds : union(merged.binds, binds),
    };
}

function union(first: readonly string[], second: readonly string[] = []): readonly string[] {
    return [...new Set([...first, ...second])];
}
