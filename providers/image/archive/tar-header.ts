import { refused } from "./error";

export const BLOCK_BYTES = 512;

/** The fields of a ustar, GNU or V7 header block, as they stand. */
export interface TarHeader {
    readonly name: string;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly sizeBytes: number;
    readonly mtime: number;
    readonly type: string;
    readonly linkName: string;
    readonly major: number;
    readonly minor: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** POSIX.1-1988 ustar block; the checksum and every number are checked. */
export function parseHeader(block: Buffer): TarHeader {
    const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
    const name = text(block, 0, 100);
    checkSum(block, name);
    const prefix = isUstar ? text(block, 345, 155) : "";
    const isDevice = block[156] === 0x33 || block[156] === 0x34;
    return {
        name: prefix === "" ? name : `${prefix}/${name}`,
        mode: number(block, 100, 8, name) & 0o7777,
        uid: number(block, 108, 8, name),
        gid: number(block, 116, 8, name),
        sizeBytes: number(block, 124, 12, name),
        mtime: number(block, 136, 12, name),
        type: String.fromCharCode(block[156] ?? 0),
        linkName: text(block, 157, 100),
        major: isDevice ? number(block, 329, 8, name) : 0,
        minor: isDevice ? number(block, 337, 8, name) : 0,
    };
}

export function isZero(block: Buffer): boolean {
    return block.every((byte) => byte === 0);
}

export function decodeName(bytes: Buffer): string {
    try {
        return utf8.decode(bytes);
    } catch {
        throw refused("its name is not UTF-8", bytes.toString("latin1"));
    }
}

function text(block: Buffer, offset: number, length: number): string {
    const field = block.subarray(offset, offset + length);
    const end = field.indexOf(0);
    return decodeName(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits, or base-256 where the first bit is set (GNU). */
function number(block: Buffer, offset: number, length: number, name: string): number {
    const field = block.subarray(offset, offset + length);
    const first = field[0] ?? 0;
    if (first >= 0x80) {
        return baseNumber(field, first, name);
    }
    const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString("latin1"))?.[1];
    if (digits === undefined) {
        throw refused("a number in its header is not octal", name);
    }
    return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function baseNumber(field: Buffer, first: number, name: string): number {
    let value = first & 0x7f;
    for (const byte of field.subarray(1)) {
        value = value * 256 + byte;
    }
    if (first === 0xff || !Number.isSafeInteger(value)) {
        throw refused("a number in its header is negative or too large", name);
    }
    return value;
}

function checkSum(block: Buffer, name: string): void {
    let sum = 8 * 0x20;
    for (let index = 0; index < BLOCK_BYTES; index++) {
        sum += index >= 148 && index < 156 ? 0 : (block[index] ?? 0);
    }
    if (number(block, 148, 8, name) !== sum) {
        throw refused("the checksum of its header is wrong: the archive is damaged or no tar", name);
    }
}
