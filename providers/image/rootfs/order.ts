import type { DirectoryNode, FileNode, Inode, Node, Position } from "./node";
import type { LayerTree } from "./tree";

/** A name of the merged tree, in the place where it is written. */
export interface Placed {
    readonly path: string;
    readonly node: Node;
    /** The folder it is in, but for the root. */
    readonly parent: Placed | undefined;
    /** Where it is written: a file where its content stands. */
    readonly position: Position;
    /** Whether it holds the content of a file, whose other names are hard links to it. */
    readonly isPrimary: boolean;
}

/** Every name of a tree by the layer it is written out of, in an order that takes each layer's contents as they come. */
export function inWritingOrder(tree: LayerTree): readonly (readonly Placed[])[] {
    const found: Placed[] = [];
    collect(tree.root, "", undefined, found);
    const primaries = primaryNames(found);
    const byLayer: Placed[][] = [];
    for (const placed of found) {
        const settled = placed.node.type === "file" ? settle(placed, placed.node, primaries) : placed;
        (byLayer[settled.position.layer] ??= []).push(settled);
    }
    return byLayer.map((names) => names.sort((a, b) => a.position.ordinal - b.position.ordinal));
}

function collect(folder: DirectoryNode, prefix: string, parent: Placed | undefined, found: Placed[]): void {
    for (const [name, node] of folder.children) {
        const placed = { path: `${prefix}${name}`, node, parent, position: node.position, isPrimary: false };
        found.push(placed);
        if (node.type === "directory") {
            collect(node, `${placed.path}/`, placed, found);
        }
    }
}

/** The earliest name of each file that is left: the one it came with, unless that was replaced or whited out. */
function primaryNames(names: readonly Placed[]): ReadonlyMap<Inode, Placed> {
    const primaries = new Map<Inode, Placed>();
    for (const placed of names) {
        if (placed.node.type === "file") {
            const known = primaries.get(placed.node.inode);
            if (known === undefined || isBefore(placed.position, known.position)) {
                primaries.set(placed.node.inode, placed);
            }
        }
    }
    return primaries;
}

function settle(placed: Placed, node: FileNode, primaries: ReadonlyMap<Inode, Placed>): Placed {
    const primary = primaries.get(node.inode);
    if (primary === placed) {
        return { ...placed, position: node.inode.position, isPrimary: true };
    }
    return { ...placed, node: { ...node, inode: { ...node.inode, path: primary?.path ?? node.inode.path } } };
}

function isBefore(a: Position, b: Position): boolean {
    return a.layer === b.layer ? a.ordinal < b.ordinal : a.layer < b.layer;
}
