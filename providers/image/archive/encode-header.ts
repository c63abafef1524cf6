import type { Entry } from "../tree/entry";
import { BLOCK_BYTES } from "./tar-header";

/** Type flags of POSIX.1-1988 ustar. */
const typeFlags = {
    file: "0",
    hardlink: "1",
    symlink: "2",
    character: "3",
    block: "4",
    directory: "5",
    fifo: "6",
} as const satisfies Record<Entry["type"], string>;

const NAME_BYTES = 100;
const PAX_MODE = 0o644;

/** Octal digits of a number's field, which a NUL ends. */
const digits: Readonly<Record<string, number>> = { size: 11, mtime: 11, uid: 7, gid: 7, device: 7 };

/** Whether a header can hold a value of the extended header's key; a name must be ASCII for readers of every locale. */
export function fitsHeader(key: string, value: string | number): boolean {
    if (typeof value === "string") {
        return value.length <= NAME_BYTES && /^[\x20-\x7e]*$/.test(value);
    }
    return value < 8 ** (digits[key] ?? 0);
}

/** What a header holds, with nothing where a value does not fit: an extended header comes before it. */
export function encodeHeader(entry: Entry, sizeBytes: number): Buffer {
    const { path, mode, uid, gid, mtime, type } = entry;
    const target = "target" in entry ? entry.target : "";
    const device = "major" in entry ? entry : { major: 0, minor: 0 };
    return header({ name: path, mode, uid, gid, sizeBytes, mtime, flag: typeFlags[type], target, ...device });
}

/** An extended header of records by their keys, in the keys' order, with its own header and padding. */
export function encodePax(path: string, records: Readonly<Record<string, string | Buffer>>): Buffer {
    const keys = Object.keys(records).toSorted();
    const body = Buffer.concat(keys.map((key) => paxRecord(key, Buffer.from(records[key] ?? ""))));
    const name = `PaxHeaders.0/${path.slice(path.lastIndexOf("/") + 1)}`;
    const plain = { uid: 0, gid: 0, mtime: 0, target: "", major: 0, minor: 0 };
    const block = header({ ...plain, name, mode: PAX_MODE, sizeBytes: body.length, flag: "x" });
    return Buffer.concat([block, body, Buffer.alloc(-body.length & (BLOCK_BYTES - 1))]);
}

/** GNU tar's header for a link's target that does not fit, with the target and padding. */
export function encodeGnuTarget(target: string): Buffer {
    const body = Buffer.from(`${target}\0`);
    const plain = { mode: PAX_MODE, uid: 0, gid: 0, mtime: 0, target: "", major: 0, minor: 0 };
    const block = header({ ...plain, name: "././@LongLink", sizeBytes: body.length, flag: "K" });
    return Buffer.concat([block, body, Buffer.alloc(-body.length & (BLOCK_BYTES - 1))]);
}

/** "<length> <key>=<value>\n", the length counting itself. */
function paxRecord(key: string, value: Buffer): Buffer {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
    const digitsAtLeast = String(rest.length).length;
    const length = rest.length + String(rest.length + digitsAtLeast).length;
    return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface Fields {
    readonly name: string;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly sizeBytes: number;
    readonly mtime: number;
    readonly flag: string;
    readonly target: string;
    readonly major: number;
    readonly minor: number;
}

function header(fields: Fields): Buffer {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.write(ascii(fields.name), 0, NAME_BYTES, "latin1");
    octal(block, 100, 7, fields.mode);
    octal(block, 108, 7, fields.uid);
    octal(block, 116, 7, fields.gid);
    octal(block, 124, 11, fields.sizeBytes);
    octal(block, 136, 11, fields.mtime);
    block.write(fields.flag, 156, "latin1");
    block.write(ascii(fields.target), 157, NAME_BYTES, "latin1");
    block.write("ustar\x0000", 257, "latin1");
    octal(block, 329, 7, fields.major);
    octal(block, 337, 7, fields.minor);
    block.fill(" ", 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return block;
}

function ascii(text: string): string {
    return text.replace(/[^\x20-\x7e]/g, "_");
}

/** Zero where the number is too large: its extended header has it. */
function octal(block: Buffer, offset: number, length: number, value: number): void {
    const text = value.toString(8).padStart(length, "0");
    block.write(text.length > length ? "0".repeat(length) : text, offset, "latin1");
}
