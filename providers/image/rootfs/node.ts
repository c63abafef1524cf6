import type { DeviceEntry, EntryHeader, FifoEntry, SymlinkEntry } from "../tree/entry";

/** Where an entry stands: which layer, counted from the bottom, and which entry of it. */
export interface Position {
    readonly layer: number;
    readonly ordinal: number;
}

/** What an entry says of itself beside its path. */
export type Attributes = Omit<EntryHeader, "path">;

/** A file, which may have several names. */
export interface Inode {
    readonly attributes: Attributes;
    readonly sizeBytes: number;
    /** Of the entry that holds the content. */
    readonly position: Position;
    /** The name that it came with, which may be gone. */
    readonly path: string;
}

interface Named {
    /** Of the entry that the name came with. */
    readonly position: Position;
    /** The last layer that spoke of it: whiteouts of that layer do not mean it. */
    layer: number;
}

export interface FileNode extends Named {
    readonly type: "file";
    readonly inode: Inode;
}

export interface OtherNode extends Named {
    readonly type: "other";
    readonly entry: SymlinkEntry | DeviceEntry | FifoEntry;
}

export interface DirectoryNode extends Named {
    readonly type: "directory";
    /** Absent where only the paths of others speak of it. */
    attributes?: Attributes;
    readonly children: Map<string, Node>;
}

export type Node = FileNode | OtherNode | DirectoryNode;

export function newDirectory(position: Position): DirectoryNode {
    return { type: "directory", position, layer: position.layer, children: new Map() };
}

export function attributesOf({ mode, uid, gid, mtime, xattrs }: EntryHeader): Attributes {
    return { mode, uid, gid, mtime, ...(xattrs === undefined ? {} : { xattrs }) };
}
