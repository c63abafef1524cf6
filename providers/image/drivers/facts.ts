import type { KernelConfig } from "./config";
import { type DriverFacts, type DriverName, type DriverState, driverNames, moduleOf } from "./table";

/** What is known of a kernel without its modules. */
export interface KernelFacts {
    /** As `uname -r` gives it, where it is known. */
    readonly version?: string;
    readonly drivers: DriverFacts;
}

/** Where the facts come from; each may be unknown. */
export interface KernelEvidence {
    readonly version?: string | undefined;
    readonly config?: KernelConfig | undefined;
    /** Text of the index `modules.builtin`: what could have been a module and is built in. */
    readonly builtin?: string | undefined;
}

const byConfig: ReadonlyMap<string, DriverState> = new Map([
    ["y", "built-in"],
    ["m", "left-out"],
    ["n", "missing"],
]);
const MODULE = /(?:^|\/)([^/]+)\.ko(?:\.(?:gz|xz|zst))?$/;
/** Where modprobe looks, in the root that a machine boots from. */
const MODULES = /^(?:usr\/)?lib\/modules\/([^/]+)\//;

/** What a kernel says of each driver; what it does not say is left out. */
export function kernelFacts({ version, config, builtin }: KernelEvidence): KernelFacts {
    const names = builtin === undefined ? undefined : new Set(builtin.split("\n").flatMap(moduleIn));
    const drivers = driverNames.flatMap((name) => {
        const state = stateOf(name, config, names);
        return state === undefined ? [] : [[name, state] as const];
    });
    return { ...(version === undefined ? {} : { version }), drivers: Object.fromEntries(drivers) };
}

function stateOf(
    name: DriverName,
    config: KernelConfig | undefined,
    builtin: ReadonlySet<string> | undefined,
): DriverState | undefined {
    const value = config?.options[name] ?? (config?.isComplete === true ? "n" : undefined);
    if (value !== undefined) {
        return byConfig.get(value);
    }
    const module = moduleOf(name);
    if (builtin === undefined || module === undefined) {
        return undefined;
    }
    return builtin.has(module) ? "built-in" : "left-out";
}

/**
 * What is known of its drivers beside an image's files: a module may come with the kernel or with any component. Those of
 * another version, or within a container, are none that the kernel would load.
 */
export function withModules({ version, drivers }: KernelFacts, paths: Iterable<string>): DriverFacts {
    const wanted = new Map(driverNames.flatMap((name) => modulesOf(name)));
    const found = new Map<DriverName, DriverState>();
    for (const path of paths) {
        const directory = MODULES.exec(path)?.[1];
        const isLoadable = directory !== undefined && (version === undefined || directory === version);
        for (const module of isLoadable ? moduleIn(path) : []) {
            const name = wanted.get(module);
            if (name !== undefined && drivers[name] !== "built-in") {
                found.set(name, "module");
            }
        }
    }
    return { ...drivers, ...Object.fromEntries(found) };
}

function modulesOf(name: DriverName): (readonly [string, DriverName])[] {
    const module = moduleOf(name);
    return module === undefined ? [] : [[module, name]];
}

/** The name of the module at a path, if one is there: modprobe takes `-` and `_` for the same. */
function moduleIn(path: string): string[] {
    const name = MODULE.exec(path)?.[1];
    return name === undefined ? [] : [name.replaceAll("-", "_")];
}
