import path from "node:path";
import type * as jitiModule from "jiti";

import { Assembly } from "../../../sdk/assembly/assembly";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { judged, readYaml } from "../../../sdk/assembly/yaml/read";
import { isUrl, type SourcesEnvironment, yamlSources } from "./sources";

const typescript = new Set([".ts", ".mts", ".cts"]);
/** Modules that Node loads by itself. */
const javascript = new Set([".js", ".mjs", ".cjs"]);

export interface DeclaredOptions extends SourcesEnvironment {
    /** Values for a YAML's `!param` scalars. */
    readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The assembly of LinuxKit YAML files, merged, or the one that a module exports.
 * @throws LinuxKitError `invalid-yaml`, `invalid-assembly`, `invalid-module`, those of `yamlSources`
 */
export async function declaredIn(files: readonly string[], options: DeclaredOptions): Promise<Assembly> {
    const { parameters } = options;
    const module = files.find((file) => isModule(file) && !isUrl(file));
    if (module === undefined) {
        const read = readYaml(await yamlSources(files, options), { parameters, givenBy: parameterOption });
        return judged(read, () => new Assembly(read.args));
    }
    if (files.length > 1) {
        throw invalid(module, "is a module, and modules are not merged: give it alone");
    }
    if (Object.keys(parameters).length > 0) {
        throw invalid(module, "is a module, which takes no --param: those are for YAML");
    }
    return exportedBy(module);
}

function parameterOption(name: string): string {
    return `--param ${/^\w+$/.test(name) ? `${name}=...` : JSON.stringify(`${name}=...`)}`;
}

function isModule(file: string): boolean {
    return typescript.has(path.extname(file)) || javascript.has(path.extname(file));
}

function exportedBy(file: string): Assembly {
    const exported = Object.values(load(file));
    const found = [...new Set(exported.filter(isAssembly))];
    const [assembly] = found;
    if (assembly === undefined || found.length > 1) {
        const count = found.length === 0 ? "no Assembly" : `${found.length} assemblies`;
        throw invalid(file, `exports ${count}: export one from a module that declares nothing else`);
    }
    return assembly;
}

function load(file: string): object {
    try {
        return typescript.has(path.extname(file))
            ? loadTypescript(path.resolve(file))
            : (require(path.resolve(file)) as object);
    } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw invalid(file, `cannot be loaded: ${reason}`, cause);
    }
}

/** Node's own way with TypeScript takes a program for CommonJS or not by the nearest package.json, and shows no line of an error. */
function loadTypescript(file: string): object {
    const { createJiti } = require("jiti") as typeof jitiModule;
    return createJiti(file, { fsCache: false })(file) as object;
}

/** By its shape: a module may have another copy of this package. */
function isAssembly(value: unknown): value is Assembly {
    const { components, order, architecture } = (value ?? {}) as Partial<Assembly>;
    return typeof components === "object" && Array.isArray(order) && typeof architecture === "string";
}

function invalid(file: string, reason: string, cause?: unknown): LinuxKitError {
    return new LinuxKitError("invalid-module", `${file} ${reason}`, { file }, { cause });
}
