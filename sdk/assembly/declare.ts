import { isOpaque } from "./inputs";
import { componentKey, type Declaration, numbered, repeatable, type Section, sections } from "./normalize/declaration";
import { filePath } from "./normalize/file";
import { nameProblem } from "./normalize/names";
import { type Findings, kindOf, member, suggestion } from "./read/findings";
import { isAbsent, isObject, property } from "./read/reader";
import type { ComponentKey } from "./spec";

type Raw = Readonly<Record<string, unknown>>;

/** What a program declares, taken apart and not judged yet. */
interface Declared {
    readonly architecture?: unknown;
    readonly declarations: readonly Declaration[];
}

/** Takes a program's arguments apart into components, in LinuxKit's order; reports what has no place. */
export function declarationsOf(args: unknown, findings: Findings): Declared {
    if (!isObject(args)) {
        findings.reject("assembly", `must be an object with LinuxKit's sections, not ${kindOf(args)}`);
        return { declarations: [] };
    }
    const known = ["architecture", ...sections];
    for (const key of Object.keys(args).filter((each) => !known.includes(each))) {
        findings.reject(key, `is no section of an assembly${suggestion(key, known)}`);
    }
    if (isAbsent(property(args, "init"))) {
        findings.reject("init", "is required: [debian.base()] is one, and [] says that there is none");
    }
    const declarations = sections.flatMap((section) => sectionDeclarations(section, property(args, section), findings));
    return { architecture: property(args, "architecture"), declarations };
}

function sectionDeclarations(section: Section, value: unknown, findings: Findings): Declaration[] {
    if (isAbsent(value)) {
        return [];
    }
    if (section === "kernel") {
        return [{ section, name: "", path: section, args: plainObject(value, section, findings) }];
    }
    if (!Array.isArray(value)) {
        findings.reject(section, `must be a plain list, not ${isOpaque(value) ? "an output" : kindOf(value)}`);
        return [];
    }
    const names = new Map<string, number>();
    return Array.from(value, (item: unknown, index) => itemDeclaration(section, item, index, names, findings)).filter(
        (each) => each !== undefined,
    );
}

function plainObject(value: unknown, path: string, findings: Findings): Raw | undefined {
    if (isOpaque(value) || !isObject(value)) {
        const found = isOpaque(value) ? "an output; its own values may be outputs" : kindOf(value);
        return findings.reject(path, `must be a plain object, not ${found}`);
    }
    return value;
}

function itemDeclaration(
    section: Section,
    item: unknown,
    index: number,
    names: Map<string, number>,
    findings: Findings,
): Declaration | undefined {
    const path = `${section}[${index}]`;
    if (section !== "files" && isImageAlone(item)) {
        return findings.reject(path, 'is an image alone, which has no name: write { name: "tools", image: ... }');
    }
    const value = plainObject(item, path, findings);
    if (value === undefined) {
        return undefined;
    }
    const key = section === "files" ? "path" : "name";
    const { [key]: given, ...args } = value;
    if (typeof given !== "string" || isOpaque(given)) {
        const found = isOpaque(given) ? "an output" : kindOf(given);
        findings.reject(member(path, key), `must be a plain string, as it names the component; it is ${found}`);
        return undefined;
    }
    const name = section === "files" ? (filePath(given) ?? given) : given;
    const first = names.get(name);
    if (repeatable.includes(section)) {
        return repeatableDeclaration({ section, name, path, args }, index, names, findings);
    }
    if (first !== undefined) {
        findings.reject(member(path, key), `${JSON.stringify(given)} is also that of ${section}[${first}]`);
        return undefined;
    }
    names.set(name, index);
    return { section, name, path, args };
}

/** A source where a component is meant. */
function isImageAlone(item: unknown): boolean {
    const isPlain = !isOpaque(item) && isObject(item);
    return isPlain && isAbsent(property(item, "name")) && typeof property(item, "type") === "string";
}

function repeatableDeclaration(
    declaration: Declaration,
    index: number,
    names: Map<string, number>,
    findings: Findings,
): Declaration | undefined {
    const { section, name, path } = declaration;
    if (name.includes("#")) {
        return findings.reject(`${path}.name`, nameProblem(section, name) ?? "");
    }
    const unique = numbered(name, (each) => names.has(each));
    names.set(unique, index);
    return { ...declaration, name: unique };
}

/** What a resource's inputs hold. */
export interface AssemblyComponents {
    /** By component key; `files` is a record by absolute path. */
    readonly components: Readonly<Record<ComponentKey, unknown>>;
    /** Component keys, and a `files.<path>` for each file. */
    readonly order: readonly ComponentKey[];
}

export function componentsOf(declarations: readonly Declaration[]): AssemblyComponents {
    const keyed = declarations.map(({ section, name, args }) => [componentKey(section, name), args] as const);
    const files = declarations.filter(({ section }) => section === "files");
    const named = keyed.filter((_, index) => declarations[index]?.section !== "files");
    const record = Object.fromEntries(files.map(({ name, args }) => [name, args]));
    return {
        components: Object.fromEntries(files.length === 0 ? named : [...named, ["files", record] as const]),
        order: keyed.map(([key]) => key),
    };
}
