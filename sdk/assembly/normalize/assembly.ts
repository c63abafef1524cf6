import { alternatives, Findings, type Problem } from "../read/findings";
import { oneOf } from "../read/reader";
import type { AssemblySpec, ComponentSpec, FileSpec } from "../spec";
import { runOnceContainer, service } from "./container";
import { checkContainerd } from "./containerd";
import {
    type AssemblyInputs,
    componentKey,
    containerName,
    type Declaration,
    readDeclarations,
    repeatable,
    sections,
} from "./declaration";
import { checkDependencies } from "./dependencies";
import { file, filePath, filePathForm } from "./file";
import type { Context } from "./leaves";
import { nameProblem } from "./names";
import { init, kernel, volume } from "./simple";

export interface NormalizedAssembly {
    /** Absent when there are problems, or when a value is unknown. */
    readonly spec?: AssemblySpec;
    /** Everything that is wrong, each with its path as the user wrote it. */
    readonly problems: readonly Problem[];
    /** Whether a value is not known yet, so that the digest is not either. */
    readonly unknown: boolean;
}

/**
 * Validates what the inputs hold of an assembly and fills in every default.
 * Never throws: whatever the inputs are, the answer is a spec, problems, or unknown.
 */
export function normalizeAssembly(inputs: AssemblyInputs): NormalizedAssembly {
    const findings = new Findings();
    const declarations = readDeclarations(inputs, findings);
    return normalizeDeclarations(inputs.architecture, declarations, findings);
}

/** The same for declarations that were taken apart before; `findings` holds what was found then. */
export function normalizeDeclarations(
    givenArchitecture: unknown,
    declarations: readonly Declaration[],
    findings: Findings,
): NormalizedAssembly {
    const architecture = oneOf(["amd64", "arm64"])(givenArchitecture ?? "amd64", "architecture", findings);
    const context = contextOf(architecture, declarations);
    const specs = declarations.map((declaration) => ({
        declaration,
        spec: readDeclaration(declaration, context, findings),
    }));
    checkDependencies(declarations, findings);
    checkContainerd(declarations, findings);
    if (declarations.length === 0 && findings.problems.length === 0) {
        findings.reject("assembly", `declares nothing: give it at least one of ${alternatives(sections)}`);
    }
    const { problems, unknown } = findings;
    if (problems.length > 0 || unknown || architecture === undefined) {
        return { problems, unknown };
    }
    const components = componentsOf(specs);
    return { spec: { architecture, components, order: Object.keys(components) }, problems, unknown };
}

function contextOf(architecture: Context["architecture"], declarations: readonly Declaration[]): Context {
    const named = (among: readonly string[]) =>
        declarations.filter(({ section }) => among.includes(section)).map(({ name }) => containerName(name));
    return { architecture, containers: named(["onboot", "onshutdown", "services"]), volumes: named(["volumes"]) };
}

type ReadSpec = ComponentSpec | FileSpec | undefined;

function readDeclaration(declaration: Declaration, context: Context, findings: Findings): ReadSpec {
    const { section, name, path, args } = declaration;
    checkName(declaration, findings);
    switch (section) {
        case "kernel":
            return kernel(context)(args, path, findings);
        case "init":
            return init(context)(args, path, findings);
        case "volumes":
            return volume(name, context)(args, path, findings);
        case "onboot":
        case "onshutdown":
            return runOnceContainer(section, containerName(name), context)(args, path, findings);
        case "services":
            return service(name, context)(args, path, findings);
        case "files":
            return file(context)(args, path, findings);
    }
}

function checkName({ section, name, path }: Declaration, findings: Findings): void {
    if (section === "files") {
        if (filePath(name) !== name) {
            findings.reject(`${path}.path`, `must be ${filePathForm}, not ${JSON.stringify(name)}`);
        }
        return;
    }
    const problem = nameProblem(section, repeatable.includes(section) ? containerName(name) : name);
    if (problem !== undefined) {
        findings.reject(`${path}.name`, problem);
    }
}

/** Files, which are declared one by one, make up one component, the last. */
function componentsOf(
    specs: readonly { readonly declaration: Declaration; readonly spec: ReadSpec }[],
): Record<string, ComponentSpec> {
    const components: [string, ComponentSpec][] = [];
    const files: [string, FileSpec][] = [];
    for (const { declaration, spec } of specs) {
        if (spec !== undefined && "kind" in spec) {
            components.push([componentKey(declaration.section, declaration.name), spec]);
        } else if (spec !== undefined) {
            files.push([declaration.name, spec]);
        }
    }
    if (files.length > 0) {
        components.push(["files", { kind: "files", files: Object.fromEntries(files) }]);
    }
    return Object.fromEntries(components);
}
