import type { DirectoryNode } from "./node";

/**
 * Takes away what layers below `layer` have put under a name. What `layer` itself brought stays, wherever in it the whiteout
 * stands: whiteouts mean lower layers only.
 */
export function removeFrom(parent: DirectoryNode, name: string, layer: number): void {
    const node = parent.children.get(name);
    if (node?.type === "directory") {
        removeBelow(node, layer);
    }
    if (node === undefined || node.layer >= layer) {
        return;
    }
    if (node.type === "directory" && node.children.size > 0) {
        delete node.attributes;
    } else {
        parent.children.delete(name);
    }
}

/** The same for all that is in a folder, which stays. */
export function removeBelow(folder: DirectoryNode, layer: number): void {
    for (const name of [...folder.children.keys()]) {
        removeFrom(folder, name, layer);
    }
}
