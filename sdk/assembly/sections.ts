import type { AssemblyArgs, AssemblyChanges, AssemblyRemovals } from "./assembly-args";
import { LinuxKitError } from "./error";
import { filePath } from "./normalize/file";
import { suggestion } from "./read/findings";

/** The sections that are lists. */
const listSections = ["init", "onboot", "onshutdown", "services", "files", "volumes"] as const;
type ListSection = (typeof listSections)[number];

/** Changes may come from JavaScript: what is no list, or holds no objects, is left for validation to report. */
type Item = { readonly name?: string; readonly path?: string } | null | undefined;

/** What tells an item from the others of its section: its name, or a file's path in its one form. */
function identityOf(section: ListSection, item: Item): string {
    return section === "files" ? canonicalPath(String(item?.path)) : String(item?.name);
}

function canonicalPath(path: string): string {
    return filePath(path) ?? path;
}

/** One of the same name takes the place of the old, others follow; two of one name stay two, for validation to report. */
function changed(section: ListSection, items: readonly Item[], changes: readonly Item[]): readonly Item[] {
    if (!Array.isArray(changes)) {
        return changes;
    }
    const sameName = (one: Item, other: Item) => identityOf(section, one) === identityOf(section, other);
    const replaced = items.map((item) => changes.find((change) => sameName(change, item)) ?? item);
    const added = changes.filter((change, index) => {
        const first = changes.findIndex((other) => sameName(other, change));
        return first !== index || !items.some((item) => sameName(item, change));
    });
    return [...replaced, ...added];
}

export function applyChanges(args: AssemblyArgs, changes: AssemblyChanges): AssemblyArgs {
    const lists = listSections.flatMap((section) => {
        const change = changes[section];
        return change === undefined ? [] : [[section, changed(section, args[section] ?? [], change)]];
    });
    return { ...args, ...changes, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}

/** @throws LinuxKitError `unknown-component`, naming everything that is not there */
export function applyRemovals(args: AssemblyArgs, removals: AssemblyRemovals): AssemblyArgs {
    const known: readonly string[] = listSections;
    const missing = Object.keys(removals)
        .filter((key) => !known.includes(key))
        .map((key) => `no section ${JSON.stringify(key)}${suggestion(key, known)}`);
    const lists = listSections.map((section) => {
        const items: readonly Item[] = args[section] ?? [];
        const present = items.map((item) => identityOf(section, item));
        const names = (removals[section] ?? []).map((name) => (section === "files" ? canonicalPath(name) : name));
        const absent = names.filter((name) => !present.includes(name));
        missing.push(...absent.map((name) => `${section} has no ${JSON.stringify(name)}${suggestion(name, present)}`));
        return [section, items.filter((_, index) => !names.includes(String(present[index])))];
    });
    if (missing.length > 0) {
        throw new LinuxKitError("unknown-component", `nothing to remove: ${missing.join(", ")}`, { missing });
    }
    return { ...args, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}
