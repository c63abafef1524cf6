import type { ModuleInfo } from "./modinfo";

/** A module as it is kept: its path below the version's folder, and what it says of itself. */
export interface KeptModule {
    readonly name: string;
    readonly path: string;
    readonly info: ModuleInfo;
}

/** The index files that modprobe reads, for the kept modules alone (depmod(8), modules.dep(5)). */
export function moduleIndexes(modules: readonly KeptModule[]): Record<string, string> {
    const byName = new Map(modules.map((module) => [module.name, module]));
    const sorted = modules.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const softdeps = sorted.flatMap(({ name, info }) => info.softdeps.map((line) => `softdep ${name} ${line}\n`));
    const aliases = sorted.flatMap(({ name, info }) => info.aliases.map((alias) => `alias ${alias} ${name}\n`));
    return {
        "modules.dep": sorted.map((module) => `${module.path}:${dependenciesOf(module, byName)}\n`).join(""),
        "modules.alias": aliases.join(""),
        "modules.softdep": softdeps.join(""),
    };
}

/** All that must be loaded before, from the last to be loaded to the first. */
function dependenciesOf(module: KeptModule, byName: ReadonlyMap<string, KeptModule>): string {
    const ordered: KeptModule[] = [];
    const visited = new Set([module.name]);
    const visit = (name: string): void => {
        const found = byName.get(name);
        if (found !== undefined && !visited.has(name)) {
            visited.add(name);
            found.info.depends.forEach(visit);
            ordered.unshift(found);
        }
    };
    module.info.depends.forEach(visit);
    return ordered.map((dependency) => ` ${dependency.path}`).join("");
}
