/** What is common to every entry of a root filesystem. */
export interface EntryHeader {
    /** Relative to the root, `/`-separated, no leading or trailing slash, no `.` or `..` segment. */
    readonly path: string;
    /** Permission bits with setuid, setgid and sticky: 0o0 to 0o7777. */
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    /** Seconds since the epoch. */
    readonly mtime: number;
    readonly xattrs?: Readonly<Record<string, Buffer>>;
}

/** Bytes that may be read once, in order, before the next entry is asked for. */
export interface Content {
    readonly sizeBytes: number;
    chunks(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

export interface FileEntry extends EntryHeader {
    readonly type: "file";
    readonly content: Content;
}

export interface DirectoryEntry extends EntryHeader {
    readonly type: "directory";
}

export interface SymlinkEntry extends EntryHeader {
    readonly type: "symlink";
    readonly target: string;
}

/** A second name for an earlier file entry of the same stream. */
export interface HardlinkEntry extends EntryHeader {
    readonly type: "hardlink";
    /** Path of the earlier entry, in the form of `path`. */
    readonly target: string;
}

export interface DeviceEntry extends EntryHeader {
    readonly type: "character" | "block";
    readonly major: number;
    readonly minor: number;
}

export interface FifoEntry extends EntryHeader {
    readonly type: "fifo";
}

export type Entry = FileEntry | DirectoryEntry | SymlinkEntry | HardlinkEntry | DeviceEntry | FifoEntry;

export type EntryStream = AsyncIterable<Entry>;
