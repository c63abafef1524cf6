import type { Entry, EntryHeader } from "../tree/entry";
import { LinuxKitError } from "../../../sdk/assembly/error";

/** "newc", the one format that a kernel's initramfs takes: Documentation/driver-api/early-userspace/buffer-format.rst. */
export const MAGIC = "070701";
export const HEADER_BYTES = 110;
export const TRAILER = "TRAILER!!!";
/** The kernel leaves out, without a word, what has a longer name or target; the terminating NUL counts. */
export const PATH_MAX = 4096;
/** include/uapi/linux/limits.h: a kernel leaves out, without a word, what has a longer name. */
const NAME_MAX = 255;
const FIELD_MAX = 0xffffffff;

export const fileTypes = {
    file: 0o100000,
    hardlink: 0o120000,
    directory: 0o040000,
    symlink: 0o120000,
    character: 0o020000,
    block: 0o060000,
    fifo: 0o010000,
} as const satisfies Record<Entry["type"], number>;

export interface CpioHeader {
    readonly inode: number;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly links: number;
    readonly mtime: number;
    readonly sizeBytes: number;
    readonly major: number;
    readonly minor: number;
    readonly name: string;
}

/** Header and name, padded: what stands before an entry's content. */
export function encodeHeader(header: CpioHeader): Buffer {
    const nameBytes = Buffer.byteLength(header.name) + 1;
    const fields = [
        header.inode,
        header.mode,
        header.uid,
        header.gid,
        header.links,
        header.mtime,
        header.sizeBytes,
        3,
        1,
        header.major,
        header.minor,
        nameBytes,
        0,
    ];
    const bytes = Buffer.alloc(pad(HEADER_BYTES + nameBytes));
    bytes.write(MAGIC + fields.map(hex).join(""), 0, "latin1");
    bytes.write(header.name, HEADER_BYTES);
    return bytes;
}

/** The next multiple of four. */
export function pad(length: number): number {
    return length + (-length & 3);
}

/** An entry that newc cannot express is an error that names it. */
export function checkExpressible(entry: EntryHeader, sizeBytes: number, target = ""): void {
    if (Buffer.byteLength(entry.path) >= PATH_MAX || Buffer.byteLength(target) >= PATH_MAX) {
        throw inexpressible(entry, `its path or target is longer than ${PATH_MAX - 1} bytes`);
    }
    if (entry.path.split("/").some((name) => Buffer.byteLength(name) > NAME_MAX)) {
        throw inexpressible(entry, `a name in it is longer than ${NAME_MAX} bytes`);
    }
    if (entry.path === TRAILER) {
        throw inexpressible(entry, "its name is the format's end marker");
    }
    if (sizeBytes > FIELD_MAX) {
        throw inexpressible(entry, `it is ${sizeBytes} bytes large, and an initrd takes files under 4 GiB`);
    }
    for (const field of ["uid", "gid", "mtime", "mode"] as const) {
        const value = entry[field];
        if (!Number.isInteger(value) || value < 0 || value > (field === "mode" ? 0o7777 : FIELD_MAX)) {
            throw inexpressible(entry, `its ${field} is ${value}`);
        }
    }
}

function inexpressible(entry: EntryHeader, reason: string): LinuxKitError {
    return new LinuxKitError("EntryInexpressible", `/${entry.path} cannot be put into an initrd: ${reason}`, {
        entry: entry.path,
        reason,
    });
}

function hex(value: number): string {
    return value.toString(16).padStart(8, "0");
}
