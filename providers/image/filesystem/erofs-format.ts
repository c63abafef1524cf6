import { LinuxKitError } from "../../../sdk/assembly/error";
import type { TreeNode } from "./tree";

export const BLOCK_BYTES = 4096;
/** An inode's number is where it lies, in units of this. */
const SLOT_BYTES = 32;
export const INODE_BYTES = 64;
export const SUPER_OFFSET = 1024;
export const SUPER_BYTES = 128;

export interface SuperFields {
    readonly rootOffset: number;
    readonly inodes: number;
    readonly blocks: number;
    readonly time: number;
    /** 16 bytes. */
    readonly uuid: Buffer;
}

/** `struct erofs_super_block`: blocks of 4 KiB, no features, so that every kernel with EROFS mounts it. */
export function superblock({ rootOffset, inodes, blocks, time, uuid }: SuperFields): Buffer {
    const bytes = Buffer.alloc(SUPER_BYTES);
    bytes.writeUInt32LE(0xe0f5_e1e2, 0);
    bytes.writeUInt8(Math.log2(BLOCK_BYTES), 12);
    bytes.writeUInt16LE(rootOffset / SLOT_BYTES, 14);
    bytes.writeBigUInt64LE(BigInt(inodes), 16);
    bytes.writeBigUInt64LE(BigInt(time), 24);
    bytes.writeUInt32LE(blocks, 36);
    uuid.copy(bytes, 48);
    return bytes;
}

const types = {
    file: { mode: 0o100000, direntType: 1 },
    directory: { mode: 0o040000, direntType: 2 },
    character: { mode: 0o020000, direntType: 3 },
    block: { mode: 0o060000, direntType: 4 },
    fifo: { mode: 0o010000, direntType: 5 },
    symlink: { mode: 0o120000, direntType: 7 },
} as const;

export interface InodeFields {
    readonly node: TreeNode;
    readonly number: number;
    readonly sizeBytes: number;
    /** Whether the data's last part follows the inode and its attributes. */
    readonly isInline: boolean;
    /** First block of the data that does not. */
    readonly block: number;
    readonly xattrBytes: number;
}

/** `struct erofs_inode_extended`, layout EROFS_INODE_FLAT_PLAIN or EROFS_INODE_FLAT_INLINE. */
export function inode({ node, number, sizeBytes, isInline, block, xattrBytes }: InodeFields): Buffer {
    const { entry } = node;
    const bytes = Buffer.alloc(INODE_BYTES);
    bytes.writeUInt16LE(isInline ? 0b101 : 0b001, 0);
    bytes.writeUInt16LE(xattrBytes === 0 ? 0 : (xattrBytes - XATTR_HEADER_BYTES) / 4 + 1, 2);
    bytes.writeUInt16LE(types[entry.type].mode | entry.mode, 4);
    bytes.writeBigUInt64LE(BigInt(sizeBytes), 8);
    bytes.writeUInt32LE("major" in entry ? deviceNumber(entry.major, entry.minor) : block, 16);
    bytes.writeUInt32LE(number, 20);
    bytes.writeUInt32LE(entry.uid, 24);
    bytes.writeUInt32LE(entry.gid, 28);
    bytes.writeBigInt64LE(BigInt(entry.mtime), 32);
    bytes.writeUInt32LE(linksOf(node), 44);
    return bytes;
}

function linksOf({ names, children }: TreeNode): number {
    const folders = [...(children?.values() ?? [])].filter((child) => child.children !== undefined);
    return children === undefined ? names : 2 + folders.length;
}

/** Linux's `new_encode_dev`. */
function deviceNumber(major: number, minor: number): number {
    return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

const DIRENT_BYTES = 12;

export interface DirectoryItem {
    readonly name: Buffer;
    readonly node: TreeNode;
}

/** Entries in the order of their bytes, with `.` and `..`, in groups that fill a block each. */
export function directoryBlocks(node: TreeNode, parent: TreeNode): DirectoryItem[][] {
    const children = [...(node.children ?? [])].map(([name, child]) => ({ name: Buffer.from(name), node: child }));
    const items = [{ name: Buffer.from("."), node }, { name: Buffer.from(".."), node: parent }, ...children];
    const blocks: DirectoryItem[][] = [];
    let free = 0;
    for (const item of items.toSorted((a, b) => a.name.compare(b.name))) {
        const length = DIRENT_BYTES + item.name.length;
        if (length > free) {
            blocks.push([]);
            free = BLOCK_BYTES;
        }
        blocks.at(-1)?.push(item);
        free -= length;
    }
    return blocks;
}

export function directoryBytes(blocks: readonly (readonly DirectoryItem[])[]): number {
    const last = blocks.at(-1) ?? [];
    return (blocks.length - 1) * BLOCK_BYTES + last.reduce((sum, { name }) => sum + DIRENT_BYTES + name.length, 0);
}

/** `struct erofs_dirent` for each, then their names. */
export function directoryBlock(items: readonly DirectoryItem[], offsetOf: (node: TreeNode) => number): Buffer {
    const entries = Buffer.alloc(items.length * DIRENT_BYTES);
    let nameOffset = entries.length;
    items.forEach(({ name, node }, index) => {
        entries.writeBigUInt64LE(BigInt(offsetOf(node) / SLOT_BYTES), index * DIRENT_BYTES);
        entries.writeUInt16LE(nameOffset, index * DIRENT_BYTES + 8);
        entries.writeUInt8(types[node.entry.type].direntType, index * DIRENT_BYTES + 10);
        nameOffset += name.length;
    });
    return Buffer.concat([entries, ...items.map(({ name }) => name)]);
}

const XATTR_HEADER_BYTES = 12;
/** EROFS_XATTR_INDEX_*: the beginnings of names that are written as a number. */
const xattrPrefixes = [
    ["user.", 1],
    ["system.posix_acl_access", 2],
    ["system.posix_acl_default", 3],
    ["trusted.", 4],
    ["security.", 6],
] as const;

/** `struct erofs_xattr_ibody_header` and its entries; nothing for nothing. Errors: `ErofsXattr` for another namespace. */
export function xattrBody({ entry }: TreeNode): Buffer {
    const attributes = Object.entries(entry.xattrs ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (attributes.length === 0) {
        return Buffer.alloc(0);
    }
    return Buffer.concat([
        Buffer.alloc(XATTR_HEADER_BYTES),
        ...attributes.map(([name, value]) => xattrEntry(name, value, entry.path)),
    ]);
}

function xattrEntry(name: string, value: Buffer, path: string): Buffer {
    const known = xattrPrefixes.find(([prefix]) => name.startsWith(prefix));
    if (known === undefined) {
        const text = `/${path} has the extended attribute ${name}, and EROFS has no place for its namespace: leave it out`;
        throw new LinuxKitError("ErofsXattr", text, { entry: path, attribute: name });
    }
    const [prefix, index] = known;
    const suffix = Buffer.from(name.slice(prefix.length));
    const head = Buffer.from([suffix.length, index, value.length & 0xff, value.length >> 8]);
    const length = Math.ceil((head.length + suffix.length + value.length) / 4) * 4;
    return Buffer.concat([head, suffix, value], length);
}
