import type { Difference } from "./compare";
import type { Item } from "./item";

/**
 * Order counts where it decides what an unpacker makes of an archive: a folder before what lies in it, a file before its
 * other names, and the components in their order, as a later one replaces what an earlier one brought.
 */
export function compareOrder(theirs: readonly Item[], ours: readonly Item[]): Difference[] {
    const [left, right] = [componentsOf(theirs), componentsOf(ours)];
    const components = left === right ? [] : [{ path: "", aspect: "order" as const, theirs: left, ours: right }];
    return [...components, ...misplaced(ours)];
}

/** In the order of their first entry that is no folder: folders on the way are repeated by whoever needs them. */
function componentsOf(items: readonly Item[]): string {
    const found = items.filter(({ type }) => type !== "directory").map(componentOf);
    return [...new Set(found)].join(" ");
}

/** What a tar says, else what the path tells. The files of `files` are one component: each has a path of its own. */
function componentOf({ path, records }: Item): string {
    const [containers, section, name] = path.split("/");
    const place = containers === "containers" ? `${section}/${name}` : path === "Dockerfile" ? path : "root";
    return (records["LINUXKIT.location"] ?? place).replace(/^files\[\d+\]$/, "files");
}

function misplaced(items: readonly Item[]): Difference[] {
    const seen = new Map<string, Item["type"]>();
    const found: Difference[] = [];
    for (const { path, type, target } of items) {
        const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
        if (parent !== "" && seen.get(parent) !== "directory") {
            found.push({
                path,
                aspect: "order",
                theirs: "after its folder",
                ours: `below ${seen.get(parent) ?? "nothing"}`,
            });
        }
        if (type === "hardlink" && seen.get(target) !== "file") {
            found.push({ path, aspect: "order", theirs: "after its target", ours: `before ${target}` });
        }
        seen.set(path, type);
    }
    return found;
}
