import { directoryRecord, inSectors } from "../disk/iso/encode";
import {
    attributeEntries,
    type Continuation,
    type ContinuationArea,
    nameEntries,
    rootEntries,
    shortDate,
    systemUse,
} from "./rock-ridge";
import type { TreeNode } from "./tree";

const MAX_RECORD_BYTES = 254;

export interface Extent {
    readonly sector: number;
    readonly sizeBytes: number;
}

export interface IsoFolder {
    readonly node: TreeNode;
    /** Where its parent stands among the folders. */
    readonly parent: number;
    readonly identifier: string;
    /** In the order of their identifiers. */
    readonly children: readonly IsoChild[];
}

export interface IsoChild {
    readonly name: Buffer;
    readonly identifier: string;
    readonly node: TreeNode;
}

export interface FolderBytes {
    readonly bytes: Buffer;
    readonly continuations: readonly Continuation[];
}

/** All folders, level by level as the path table has them, numbered names standing for the true ones. */
export function foldersOf(root: TreeNode): IsoFolder[] {
    const folders: IsoFolder[] = [folderOf(root, 0, "")];
    for (let parent = 0; parent < folders.length; parent++) {
        for (const { node, identifier } of folders[parent]?.children ?? []) {
            if (node.children !== undefined) {
                folders.push(folderOf(node, parent, identifier));
            }
        }
    }
    return folders;
}

function folderOf(node: TreeNode, parent: number, identifier: string): IsoFolder {
    const named = [...(node.children ?? [])].map(([name, child]) => ({ name: Buffer.from(name), node: child }));
    const children = named
        .toSorted((a, b) => a.name.compare(b.name))
        .map((child, index) => {
            const number = index.toString(36).toUpperCase().padStart(8, "0");
            return { ...child, identifier: child.node.children === undefined ? `${number}.;1` : number };
        });
    return { node, parent, identifier, children };
}

/** A folder's records: itself, its parent, what is in it. */
export function folderBytes(
    folder: IsoFolder,
    parent: TreeNode,
    extentOf: (node: TreeNode) => Extent,
    area: ContinuationArea,
): FolderBytes {
    const isRoot = folder.node === parent;
    const { first, last } = rootEntries();
    const own = attributeEntries(folder.node);
    const records = [
        record("\0", folder.node, isRoot ? [first, ...own, last] : own, extentOf, area),
        record("\u0001", parent, attributeEntries(parent), extentOf, area),
        ...folder.children.map(({ name, identifier, node }) =>
            record(identifier, node, [...nameEntries(name), ...attributeEntries(node)], extentOf, area),
        ),
    ];
    return {
        bytes: inSectors(records.map(({ bytes }) => bytes)),
        continuations: records.flatMap(({ continuations }) => continuations),
    };
}

function record(
    identifier: string,
    node: TreeNode,
    entries: readonly Buffer[],
    extentOf: (node: TreeNode) => Extent,
    area: ContinuationArea,
): FolderBytes {
    const isDirectory = node.children !== undefined;
    const plain = directoryRecord({ identifier: Buffer.from(identifier), ...extentOf(node), isDirectory });
    shortDate(node.entry.mtime).copy(plain, 18);
    const { bytes: extension, continuations } = systemUse(entries, MAX_RECORD_BYTES - plain.length, area);
    const length = plain.length + extension.length;
    const bytes = Buffer.concat([plain, extension], length + (length % 2));
    bytes[0] = bytes.length;
    return { bytes, continuations };
}
