import { createHash } from "node:crypto";

import { GENERATED_MTIME } from "../tree/content";
import { directoryBlock, inode, superblock, BLOCK_BYTES, SUPER_OFFSET } from "./erofs-format";
import { type ErofsLayout, inlineBytes, isSmall, layOutErofs, type Place } from "./erofs-layout";
import { type FileTree, type OpenEntries, readTree, type TreeNode } from "./tree";

/**
 * A root filesystem as EROFS, uncompressed, as upstream's `mkfs.erofs` without options makes it: inodes, small files
 * behind theirs, then the blocks of the others. The entries are read three times, the output is never revisited.
 *
 * Follows Linux's fs/erofs/erofs_fs.h and Documentation/filesystems/erofs.rst, "On-disk details". Errors: `ErofsXattr`,
 * `TreeMalformed`, and `EntrySize` when content changes between the readings.
 */
export async function* erofs(open: OpenEntries): AsyncGenerator<Buffer, void, undefined> {
    const tree = await readTree(open);
    const layout = layOutErofs(tree);
    const head = superblock({
        rootOffset: layout.placeOf.get(tree.root)?.offset ?? 0,
        inodes: layout.places.length,
        blocks: layout.blocks,
        time: GENERATED_MTIME,
        uuid: uuidOf(layout),
    });
    yield* padded(written(tree, layout, head), layout.blocks * BLOCK_BYTES);
}

interface Part {
    readonly offset: number;
    readonly bytes: Buffer;
}

/** Ascending, with gaps. */
async function* written(tree: FileTree, layout: ErofsLayout, head: Buffer): AsyncGenerator<Part, void, undefined> {
    const offsetOf = (node: TreeNode): number => layout.placeOf.get(node)?.offset ?? 0;
    yield { offset: SUPER_OFFSET, bytes: head };
    for (const place of layout.places.filter(({ node }) => !isSmall(node))) {
        yield { offset: place.offset, bytes: inodeOf(place) };
        yield { offset: inlineOffset(place), bytes: ownData(place, offsetOf).subarray(place.blocks * BLOCK_BYTES) };
    }
    yield* contents(tree, layout, isSmall);
    for (const place of layout.withBlocks.filter(({ node }) => node.entry.type !== "file")) {
        const bytes = ownData(place, offsetOf).subarray(0, place.blocks * BLOCK_BYTES);
        yield { offset: place.block * BLOCK_BYTES, bytes };
    }
    yield* contents(tree, layout, (file) => !isSmall(file));
}

/** Small files with their inodes in front, or what is in the blocks of the others. */
async function* contents(
    tree: FileTree,
    { placeOf }: ErofsLayout,
    isWanted: (file: TreeNode) => boolean,
): AsyncGenerator<Part, void, undefined> {
    for await (const { file, chunks } of tree.contents(isWanted)) {
        const place = placeOf.get(file) as Place;
        if (isSmall(file)) {
            yield { offset: place.offset, bytes: inodeOf(place) };
        }
        let offset = isSmall(file) ? inlineOffset(place) : place.block * BLOCK_BYTES;
        for await (const bytes of chunks()) {
            yield { offset, bytes };
            offset += bytes.length;
        }
    }
}

function inodeOf(place: Place): Buffer {
    return Buffer.concat([inode({ ...place, xattrBytes: place.xattrs.length }), place.xattrs]);
}

function inlineOffset(place: Place): number {
    return place.offset + inode({ ...place, xattrBytes: place.xattrs.length }).length + place.xattrs.length;
}

/** What is known without reading a file: names in a folder, a link's target. */
function ownData({ node, items, isInline, sizeBytes }: Place, offsetOf: (node: TreeNode) => number): Buffer {
    if (items !== undefined) {
        const blocks = items.map((block, index) => {
            const bytes = directoryBlock(block, offsetOf);
            return index + 1 === items.length && isInline ? bytes : Buffer.concat([bytes], BLOCK_BYTES);
        });
        return Buffer.concat(blocks);
    }
    return node.entry.type === "symlink" ? Buffer.from(node.entry.target).subarray(0, sizeBytes) : Buffer.alloc(0);
}

/** The parts as a stream of `length` bytes, zero between them. */
async function* padded(parts: AsyncIterable<Part>, length: number): AsyncGenerator<Buffer, void, undefined> {
    let position = 0;
    for await (const { offset, bytes } of parts) {
        if (bytes.length > 0) {
            yield Buffer.alloc(offset - position);
            yield bytes;
            position = offset + bytes.length;
        }
    }
    yield Buffer.alloc(length - position);
}

/** Made of everything but the files' contents. */
function uuidOf({ places }: ErofsLayout): Buffer {
    const hash = createHash("sha256");
    for (const place of places) {
        hash.update(inodeOf(place)).update(`${place.node.entry.path}\0${inlineBytes(place)}\0`);
    }
    const uuid = hash.digest().subarray(0, 16);
    uuid[6] = 0x80 | ((uuid[6] ?? 0) & 0x0f);
    uuid[8] = 0x80 | ((uuid[8] ?? 0) & 0x3f);
    return uuid;
}
