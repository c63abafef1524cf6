import { type Findings, shown } from "../read/findings";
import { isObject, property } from "../read/reader";

/** LinuxKit's sections, in the order it works them off. */
export const sections = ["kernel", "init", "volumes", "onboot", "onshutdown", "services", "files"] as const;
export type Section = (typeof sections)[number];

/** One component, or one file, as it was declared. */
export interface Declaration {
    readonly section: Section;
    /** Name within the section, absolute path for a file, "" for the kernel; of several of one name "mount", "mount#2"... */
    readonly name: string;
    /** As the user wrote it: `services[2]`. */
    readonly path: string;
    /** All but the name. */
    readonly args: unknown;
}

/** Sections that run their containers one after the other: LinuxKit lets several have the same name. */
export const repeatable: readonly Section[] = ["onboot", "onshutdown"];

/** `mount`, or where that is taken `mount#2`, `mount#3`... */
export function numbered(name: string, isTaken: (name: string) => boolean): string {
    let unique = name;
    for (let count = 2; isTaken(unique); count += 1) {
        unique = `${name}#${count}`;
    }
    return unique;
}

/** The name without the number that tells it from others of the same. */
export function containerName(name: string): string {
    return name.replace(/#\d+$/, "");
}

/** What the resource's inputs hold of an assembly; values that Pulumi resolved. */
export interface AssemblyInputs {
    readonly architecture?: unknown;
    /** By component key; `files` is a record by absolute path. */
    readonly components: unknown;
    /** Component keys, and a `files.<path>` for each file, in the order of the declaration. */
    readonly order: unknown;
}

export function componentKey(section: Section, name: string): string {
    return section === "kernel" ? "kernel" : `${section}.${name}`;
}

/** Takes components and order apart; a component's index in its section comes of the order. */
export function readDeclarations({ components, order }: AssemblyInputs, findings: Findings): Declaration[] {
    if (!isObject(components)) {
        findings.reject("components", "must be an object keyed by component");
        return [];
    }
    const keys = orderedKeys(order, findings);
    const counts = new Map<Section, number>();
    const declarations = keys.flatMap((key) => {
        const [section, name] = splitKey(key);
        const args = section && argsOf(section, name, components);
        if (section === undefined || args === undefined) {
            findings.reject("order", `names ${shown(key)}, which is not among the components`);
            return [];
        }
        const index = counts.get(section) ?? 0;
        counts.set(section, index + 1);
        return [{ section, name, path: section === "kernel" ? section : `${section}[${index}]`, args }];
    });
    rejectUnordered(components, keys, findings);
    return declarations;
}

function orderedKeys(order: unknown, findings: Findings): string[] {
    if (!Array.isArray(order) || order.some((key) => typeof key !== "string")) {
        findings.reject("order", "must be a list of component keys");
        return [];
    }
    const unique = [...new Set(order as string[])];
    if (unique.length !== order.length) {
        findings.reject("order", "names a component twice");
    }
    return unique;
}

function splitKey(key: string): readonly [Section | undefined, string] {
    const dot = key.indexOf(".");
    const first = dot === -1 ? key : key.slice(0, dot);
    const section = sections.find((each) => each === first);
    const named = section !== "kernel";
    return named === (dot !== -1) ? [section, named ? key.slice(dot + 1) : ""] : [undefined, ""];
}

function argsOf(section: Section, name: string, components: Readonly<Record<string, unknown>>): unknown {
    if (section !== "files") {
        return property(components, componentKey(section, name));
    }
    const files = property(components, "files");
    return isObject(files) ? property(files, name) : undefined;
}

function rejectUnordered(
    components: Readonly<Record<string, unknown>>,
    keys: readonly string[],
    findings: Findings,
): void {
    const files = property(components, "files");
    const paths = isObject(files) ? Object.keys(files).map((path) => componentKey("files", path)) : [];
    const named = Object.keys(components).filter((key) => key !== "files");
    for (const key of [...named, ...paths].filter((each) => !keys.includes(each))) {
        findings.reject("order", `does not name ${shown(key)}, which is among the components`);
    }
}
