import { leaf, type Located, type LocatedEntry, record } from "./located";
import { withoutTag } from "./shapes";
import { sourceTags } from "./tags";

/** Where an image stands: what `!debian` means depends on it. */
export type Place = "kernel" | "init" | "containers" | "volumes";

/** A source as a program writes it: a reference stays what it is, a tag becomes `type` and `role`. */
export function sourceOf(node: Located, place: Place): Located {
    switch (node.tag) {
        case sourceTags.debian:
            return debian(node, place);
        case sourceTags.folder:
            return tagged(node, { type: "folder" }, { path: leaf(node.kind === "leaf" ? node.value : "", node.at) });
        case sourceTags.dhcp:
            return tagged(node, { type: "builtin", name: "dhcp" });
        case sourceTags.privateNames:
            return tagged(node, { type: "builtin", name: "private-names" });
        case sourceTags.privateNetwork:
            return tagged(node, { type: "builtin", name: "private-network" });
        case sourceTags.staticAddress:
            return tagged(node, { type: "builtin", name: "static-address" });
        case sourceTags.oci:
            return tagged(node, { type: "oci" });
        default:
            return node;
    }
}

/** A list is one of packages. */
function debian(node: Located, place: Place): Located {
    const packages: Readonly<Record<string, Located>> = node.kind === "list" ? { packages: withoutTag(node) } : {};
    const isRoot = node.kind === "list" || (node.kind === "record" && node.entries.has("packages"));
    const role = place === "kernel" ? "kernel" : place === "init" && !isRoot ? "base" : "rootfs";
    return tagged(node, { type: "debian", role }, packages);
}

function tagged(
    node: Located,
    words: Readonly<Record<string, string>>,
    values: Readonly<Record<string, Located>> = {},
): Located {
    const own = Object.entries(words).map(([key, word]) => [key, leaf(word, node.at)] as const);
    const entries: [string, LocatedEntry][] = [...own, ...Object.entries(values)].map(([key, value]) => [
        key,
        { at: value.at, value },
    ]);
    return record(new Map([...entries, ...(node.kind === "record" ? node.entries : [])]), node.at);
}
