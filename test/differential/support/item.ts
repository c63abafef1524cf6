/** An entry of a tar or a cpio, in a form that can be compared. */
export interface Item {
    /** Without "./" before and "/" behind. */
    readonly path: string;
    readonly type: ItemType;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    /** Whole seconds. */
    readonly mtime: number;
    /** Of a symlink or a hard link, else "". */
    readonly target: string;
    /** Of a device, else "". */
    readonly device: string;
    readonly content: Buffer;
    /** What a tar says beside: owners' names, extended attributes, LinuxKit's records. */
    readonly records: Readonly<Record<string, string>>;
}

export type ItemType = "file" | "directory" | "symlink" | "hardlink" | "character" | "block" | "fifo";

export function cleanPath(name: string): string {
    return name
        .split("/")
        .filter((segment) => segment !== "" && segment !== ".")
        .join("/");
}
