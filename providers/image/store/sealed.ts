import { createHash } from "node:crypto";
import { type FileHandle, open, rm, utimes } from "node:fs/promises";

import { writeAtomically } from "./atomic";

const MARK = Buffer.from("PLKSEAL1");
const TAIL_BYTES = 4 + 32 + MARK.length;
const READ_BYTES = 1 << 20;

/** What is known of a sealed file's payload. */
export interface Sealed<T> {
    readonly payload: { readonly sizeBytes: number; readonly sha256: string };
    readonly record: T;
}

/** A payload that is no longer what was sealed; the file has been removed. */
export class SealBroken extends Error {
    constructor(readonly file: string) {
        super(`${file} was damaged and has been removed`);
        this.name = "SealBroken";
    }
}

/**
 * A file that proves itself: the payload, a JSON record with the payload's size and SHA-256, and the record's own SHA-256.
 * `write` gets what appends to the payload, and gives the record.
 */
export async function seal<T>(
    target: string,
    write: (append: (chunk: Buffer) => Promise<void>, file: FileHandle) => Promise<T>,
): Promise<Sealed<T>> {
    return writeAtomically(target, async (file) => {
        const hash = createHash("sha256");
        let sizeBytes = 0;
        const record = await write(async (chunk) => {
            hash.update(chunk);
            sizeBytes += chunk.length;
            await file.writeFile(chunk);
        }, file);
        const sealed: Sealed<T> = { payload: { sizeBytes, sha256: hash.digest("hex") }, record };
        await file.writeFile(tail(sealed));
        return sealed;
    });
}

function tail(sealed: Sealed<unknown>): Buffer {
    const json = Buffer.from(JSON.stringify(sealed));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    return Buffer.concat([json, length, createHash("sha256").update(json).digest(), MARK]);
}

/** The record of a sealed file, undefined when there is none that is whole. Using it keeps it from being pruned soon. */
export async function readSealed<T>(target: string): Promise<Sealed<T> | undefined> {
    const file = await open(target, "r").catch(() => undefined);
    if (file === undefined) {
        return undefined;
    }
    try {
        const sealed = await readTail<T>(file);
        if (sealed === undefined) {
            await rm(target, { force: true });
        } else {
            const now = new Date();
            await utimes(target, now, now).catch(() => undefined);
        }
        return sealed;
    } finally {
        await file.close();
    }
}

async function readTail<T>(file: FileHandle): Promise<Sealed<T> | undefined> {
    const { size } = await file.stat();
    if (size < TAIL_BYTES) {
        return undefined;
    }
    const end = await readAt(file, size - TAIL_BYTES, TAIL_BYTES);
    const length = end.readUInt32LE(0);
    if (!end.subarray(36).equals(MARK) || length > size - TAIL_BYTES) {
        return undefined;
    }
    const json = await readAt(file, size - TAIL_BYTES - length, length);
    if (!createHash("sha256").update(json).digest().equals(end.subarray(4, 36))) {
        return undefined;
    }
    const sealed = JSON.parse(json.toString()) as Sealed<T>;
    return sealed.payload.sizeBytes === size - TAIL_BYTES - length ? sealed : undefined;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, position);
    return bytes;
}

/** The payload; when it is not what was sealed, the file is removed and the last step throws `SealBroken`. */
export async function* readPayload(target: string, sealed: Sealed<unknown>): AsyncGenerator<Buffer, void, undefined> {
    const file = await open(target, "r").catch(() => {
        throw new SealBroken(target);
    });
    try {
        const hash = createHash("sha256");
        const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, sealed.payload.sizeBytes));
        for (let position = 0; position < sealed.payload.sizeBytes;) {
            const wanted = Math.min(READ_BYTES, sealed.payload.sizeBytes - position);
            const { bytesRead } = await file.read(piece, 0, wanted, position);
            if (bytesRead === 0) {
                break;
            }
            const chunk = piece.subarray(0, bytesRead);
            hash.update(chunk);
            position += bytesRead;
            yield chunk;
        }
        if (hash.digest("hex") !== sealed.payload.sha256) {
            await rm(target, { force: true });
            throw new SealBroken(target);
        }
    } finally {
        await file.close();
    }
}
