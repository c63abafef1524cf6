import { type Gunzip, gunzipSync, zstdDecompressSync } from "node:zlib";

import { cleanPath, type Item, type ItemType } from "./item";

const HEADER = 110;
const CPIO = "070701";
const GZIP = 0x1f8b;
const ZSTD = 0x28b52ffd;
const types: Readonly<Record<number, ItemType>> = {
    0o100000: "file",
    0o040000: "directory",
    0o120000: "symlink",
    0o020000: "character",
    0o060000: "block",
    0o010000: "fifo",
};

export interface Initrd {
    /** Of the uncompressed cpios in front: microcode. */
    readonly early: readonly Item[];
    readonly items: readonly Item[];
}

/** Every entry of an initrd in its order, read by nothing that the project writes initrds with. */
export function readInitrd(initrd: Buffer): Initrd {
    const early: Item[] = [];
    const items: Item[] = [];
    for (let at = 0; at < initrd.length;) {
        const magic = at + 4 > initrd.length ? 0 : initrd.readUInt32BE(at);
        if (initrd[at] === 0) {
            at += 1;
        } else if (initrd.toString("latin1", at, at + CPIO.length) === CPIO) {
            at = readCpio(initrd, at, early);
        } else if (magic >>> 16 === GZIP) {
            const { buffer, engine } = gunzipSync(initrd.subarray(at), { info: true }) as unknown as Unpacked;
            readCpios(buffer, items);
            at += engine.bytesWritten;
        } else if (magic === ZSTD) {
            const end = endOfFrame(initrd, at);
            readCpios(zstdDecompressSync(initrd.subarray(at, end)), items);
            at = end;
        } else {
            throw new Error(`no cpio, and none that is compressed, begins at ${at}`);
        }
    }
    return { early, items };
}

interface Unpacked {
    readonly buffer: Buffer;
    readonly engine: Gunzip;
}

/** RFC 8878, 3.1.1. */
function endOfFrame(bytes: Buffer, start: number): number {
    const descriptor = bytes.readUInt8(start + 4);
    const isSingle = (descriptor & 0x20) !== 0;
    const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    let at = start + 5 + (isSingle ? 0 : 1) + dictionary + contentSize;
    for (let isLast = false; !isLast;) {
        const block = bytes.readUIntLE(at, 3);
        isLast = (block & 1) === 1;
        at += 3 + (((block >> 1) & 3) === 1 ? 1 : block >> 3);
    }
    return at + ((descriptor & 4) === 0 ? 0 : 4);
}

function readCpios(bytes: Buffer, items: Item[]): void {
    for (let at = 0; at < bytes.length;) {
        at = bytes[at] === 0 ? at + 1 : readCpio(bytes, at, items);
    }
}

/** Adds the entries of the cpio that begins at `start`; gives its end. */
function readCpio(bytes: Buffer, start: number, items: Item[]): number {
    for (let at = start; ;) {
        const field = (index: number) =>
            Number.parseInt(bytes.toString("latin1", at + 6 + index * 8, at + 14 + index * 8), 16);
        const [mode, sizeBytes, nameBytes] = [field(1), field(6), field(11)];
        const name = bytes.toString("utf8", at + HEADER, at + HEADER + nameBytes - 1);
        const header = { uid: field(2), gid: field(3), mtime: field(5), device: `${field(9)}:${field(10)}` };
        const body = start + aligned(at - start + HEADER + nameBytes);
        at = start + aligned(body - start + sizeBytes);
        if (at > bytes.length || Number.isNaN(sizeBytes)) {
            throw new Error(`the cpio is damaged at ${JSON.stringify(name)}`);
        }
        if (name === "TRAILER!!!") {
            return at;
        }
        const content = bytes.subarray(body, body + sizeBytes);
        items.push(toItem(name, mode, header, content));
    }
}

function aligned(offset: number): number {
    return (offset + 3) & ~3;
}

function toItem(
    name: string,
    mode: number,
    {
        device,
        ...owner
    }: { readonly uid: number; readonly gid: number; readonly mtime: number; readonly device: string },
    body: Buffer,
): Item {
    const type = types[mode & 0o170000];
    if (type === undefined) {
        throw new Error(`${name} has the mode ${mode.toString(8)}`);
    }
    return {
        ...owner,
        path: cleanPath(name),
        type,
        mode: mode & 0o7777,
        target: type === "symlink" ? body.toString() : "",
        device: type === "character" || type === "block" ? device : "",
        content: type === "symlink" ? Buffer.alloc(0) : body,
        records: {},
    };
}
