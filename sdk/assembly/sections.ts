import type { AssemblyArgs, AssemblyChanges, AssemblyRemovals } from "./assembly-args";
import { LinuxKitError } from "./error";
import { filePath } from "./normalize/file";
import { suggestion } from "./read/findings";

/** The sections that are lists. */
export const listSections = ["init", "onboot", "onshutdown", "services", "files", "volumes"] as const;
export type ListSection = (typeof listSections)[number];

interface Item {
    readonly name?: string;
    readonly path?: string;
}

/** What tells an item from the others of its section: its name, or a file's path in its one form. */
function identityOf(section: ListSection, item: Item): string | undefined {
    return section === "files" ? canonicalPath(item.path) : item.name;
}

function canonicalPath(path: string | undefined): string | undefined {
    return path === undefined ? undefined : (filePath(path) ?? path);
}

/** One of the same name takes the place of the old, others follow; two of one name stay two, for validation to report. */
function changed<T extends Item>(section: ListSection, items: readonly T[], changes: readonly T[]): readonly T[] {
    const replaced = items.map((item) => changes.find((change) => sameName(section, change, item)) ?? item);
    const added = changes.filter((change, index) => {
        const first = changes.findIndex((other) => sameName(section, other, change));
        return first !== index || !items.some((item) => sameName(section, item, change));
    });
    return [...replaced, ...added];
}

function sameName(section: ListSection, one: Item, other: Item): boolean {
    return identityOf(section, one) === identityOf(section, other);
}

export function applyChanges(args: AssemblyArgs, changes: AssemblyChanges): AssemblyArgs {
    const lists = listSections.flatMap((section) => {
        const change = changes[section];
        return change === undefined ? [] : [[section, changed<Item>(section, args[section] ?? [], change)]];
    });
    return { ...args, ...changes, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}

/** @throws LinuxKitError `unknown-component`, naming every name that is not there */
export function applyRemovals(args: AssemblyArgs, removals: AssemblyRemovals): AssemblyArgs {
    const missing: string[] = [];
    const lists = listSections.map((section) => {
        const items: readonly Item[] = args[section] ?? [];
        const present = items.map((item) => String(identityOf(section, item)));
        const names = (removals[section] ?? []).map((name) =>
            section === "files" ? String(canonicalPath(name)) : name,
        );
        const absent = names.filter((name) => !present.includes(name));
        missing.push(...absent.map((name) => `${section} has no ${JSON.stringify(name)}${suggestion(name, present)}`));
        return [section, items.filter((item) => !names.includes(String(identityOf(section, item))))];
    });
    if (missing.length > 0) {
        throw new LinuxKitError("unknown-component", `nothing to remove: ${missing.join(", ")}`, { missing });
    }
    return { ...args, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}
