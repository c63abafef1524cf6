import type { AssemblyArgs, AssemblyChanges, AssemblyRemovals } from "./assembly-args";
import { LinuxKitError } from "./error";
import { containerName, numbered, repeatable } from "./normalize/declaration";
import { filePath } from "./normalize/file";
import { suggestion } from "./read/findings";

/** The sections that are lists. */
const listSections = ["init", "onboot", "onshutdown", "services", "files", "volumes"] as const;
type ListSection = (typeof listSections)[number];

/** Changes may come from JavaScript: what is no list, or holds no objects, is left for validation to report. */
type Item = { readonly name?: string; readonly path?: string } | null | undefined;

/**
 * What tells the items of a section apart: their names, or files' paths in their one form. Several of one name, which
 * onboot and onshutdown may have and validation reports elsewhere, are "mount", "mount#2"...
 */
function identitiesOf(section: ListSection, items: readonly Item[]): readonly string[] {
    const identities = new Set<string>();
    for (const item of items) {
        const name = section === "files" ? canonicalPath(String(item?.path)) : String(item?.name);
        identities.add(numbered(name, (each) => identities.has(each)));
    }
    return [...identities];
}

function canonicalPath(path: string): string {
    return filePath(path) ?? path;
}

/** One of the same identity takes the place of the old, others follow. */
function changed(section: ListSection, items: readonly Item[], changes: readonly Item[]): readonly Item[] {
    if (!Array.isArray(changes)) {
        return changes;
    }
    const before = identitiesOf(section, items);
    const after = identitiesOf(section, changes);
    const replaced = items.map((item, index) => {
        const place = after.indexOf(String(before[index]));
        return place === -1 ? item : (changes as readonly Item[])[place];
    });
    return [...replaced, ...changes.filter((_, index) => !before.includes(String(after[index])))];
}

function repeats(section: ListSection): boolean {
    const sections: readonly string[] = repeatable;
    return sections.includes(section);
}

export function applyChanges(args: AssemblyArgs, changes: AssemblyChanges): AssemblyArgs {
    const lists = listSections.flatMap((section) => {
        const change = changes[section];
        return change === undefined ? [] : [[section, changed(section, args[section] ?? [], change)]];
    });
    const kernel = changes.kernel ?? args.kernel;
    return { ...args, ...changes, kernel, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}

/** @throws LinuxKitError `unknown-component`, naming everything that is not there */
export function applyRemovals(args: AssemblyArgs, removals: AssemblyRemovals): AssemblyArgs {
    const known: readonly string[] = listSections;
    const missing = Object.keys(removals)
        .filter((key) => !known.includes(key))
        .map((key) => `no section ${JSON.stringify(key)}${suggestion(key, known)}`);
    const lists = listSections.map((section) => {
        const items: readonly Item[] = args[section] ?? [];
        const present = identitiesOf(section, items);
        const names = (removals[section] ?? []).map((name) => (section === "files" ? canonicalPath(name) : name));
        const absent = names.filter((name) => !present.includes(name));
        missing.push(...absent.map((name) => `${section} has no ${JSON.stringify(name)}${suggestion(name, present)}`));
        const isNamed = (identity: string) =>
            names.includes(identity) || (repeats(section) && names.includes(containerName(identity)));
        return [section, items.filter((_, index) => !isNamed(String(present[index])))];
    });
    if (missing.length > 0) {
        throw new LinuxKitError("unknown-component", `nothing to remove: ${missing.join(", ")}`, { missing });
    }
    return { ...args, ...(Object.fromEntries(lists) as Partial<AssemblyArgs>) };
}
