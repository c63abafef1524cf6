import { alignUp } from "../disk/bytes";
import {
    BLOCK_BYTES,
    type DirectoryItem,
    directoryBlocks,
    directoryBytes,
    INODE_BYTES,
    SUPER_BYTES,
    SUPER_OFFSET,
    xattrBody,
} from "./erofs-format";
import type { FileTree, TreeNode } from "./tree";

/** Where a node came to lie. */
export interface Place {
    readonly node: TreeNode;
    readonly number: number;
    /** Of its inode, in the file. */
    readonly offset: number;
    readonly xattrs: Buffer;
    readonly sizeBytes: number;
    readonly isInline: boolean;
    /** Full blocks of its own. */
    readonly blocks: number;
    /** First of them, once all inodes are placed. */
    block: number;
    /** Of a folder. */
    readonly items?: readonly (readonly DirectoryItem[])[];
}

export interface ErofsLayout {
    /** In the order of their offsets. */
    readonly places: readonly Place[];
    readonly placeOf: ReadonlyMap<TreeNode, Place>;
    /** Those with blocks of their own, in the order of the blocks: folders, then others, then files. */
    readonly withBlocks: readonly Place[];
    readonly blocks: number;
}

/**
 * Inodes first: folders from the root on, all that is no file, the files with blocks of their own, the files whose whole
 * content fits behind their inode. Then blocks.
 */
export function layOutErofs(tree: FileTree): ErofsLayout {
    const places: Place[] = [];
    let end = SUPER_OFFSET + SUPER_BYTES;
    const add = (node: TreeNode, parent: TreeNode): void => {
        const place = placed(node, parent, end, places.length + 1);
        places.push(place);
        end = place.offset + INODE_BYTES + place.xattrs.length + inlineBytes(place);
    };
    for (const [node, parent] of folders(tree.root, tree.root)) {
        add(node, parent);
    }
    const files = tree.files.toSorted((a, b) => Number(isSmall(a)) - Number(isSmall(b)));
    [...tree.others, ...files].forEach((node) => add(node, node));

    const withBlocks = places.filter(({ blocks }) => blocks > 0);
    let block = Math.ceil(end / BLOCK_BYTES);
    for (const place of withBlocks) {
        place.block = block;
        block += place.blocks;
    }
    return { places, placeOf: new Map(places.map((place) => [place.node, place])), withBlocks, blocks: block };
}

/** A file that needs no block of its own. */
export function isSmall({ entry }: TreeNode): boolean {
    return (
        entry.type === "file" && INODE_BYTES + xattrBody({ entry, names: 1 }).length + entry.sizeBytes <= BLOCK_BYTES
    );
}

/** How much of the data follows the inode. */
export function inlineBytes({ sizeBytes, blocks, isInline }: Place): number {
    return isInline ? sizeBytes - blocks * BLOCK_BYTES : 0;
}

/** An inode with what follows it never crosses a block: the kernel would not have that. */
function placed(node: TreeNode, parent: TreeNode, end: number, number: number): Place {
    const items = node.children === undefined ? undefined : directoryBlocks(node, parent);
    const sizeBytes = items === undefined ? dataBytes(node) : directoryBytes(items);
    const xattrs = xattrBody(node);
    const header = INODE_BYTES + xattrs.length;
    const tail = node.entry.type === "file" && !isSmall(node) ? 0 : sizeBytes % BLOCK_BYTES;
    const isInline = tail > 0 && header + tail <= BLOCK_BYTES;
    const length = header + (isInline ? tail : 0);
    const near = alignUp(end, INODE_BYTES);
    const fits = (near % BLOCK_BYTES) + length <= BLOCK_BYTES;
    return {
        ...{ node, number, xattrs, sizeBytes, isInline },
        offset: fits ? near : alignUp(near, BLOCK_BYTES),
        blocks: isInline ? Math.floor(sizeBytes / BLOCK_BYTES) : Math.ceil(sizeBytes / BLOCK_BYTES),
        block: 0,
        ...(items === undefined ? {} : { items }),
    };
}

function dataBytes({ entry }: TreeNode): number {
    return entry.type === "file" ? entry.sizeBytes : entry.type === "symlink" ? Buffer.byteLength(entry.target) : 0;
}

function* folders(node: TreeNode, parent: TreeNode): Generator<readonly [TreeNode, TreeNode], void, undefined> {
    yield [node, parent];
    for (const child of node.children?.values() ?? []) {
        if (child.children !== undefined) {
            yield* folders(child, node);
        }
    }
}
