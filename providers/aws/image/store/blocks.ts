import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import path from "node:path";

import { writeAtomically } from "../../../image/store/atomic";
import { privateDirectory } from "../../../image/store/directory";

/** SHA-256 of blocks by their index. */
export type BlockDigests = ReadonlyMap<number, Buffer>;

const digestBytes = 32;
const recordBytes = 4 + digestBytes;

/** Blocks that AWS has acknowledged, one record each: index as uint32 LE and SHA-256. */
export interface BlockLog {
    /** What was there when it was opened. */
    readonly known: BlockDigests;
    add(index: number, sha256: Buffer): Promise<void>;
    close(): Promise<void>;
}

/** A record that a killed process wrote in part is written over. */
export async function openBlockLog(file: string): Promise<BlockLog> {
    await privateDirectory(path.dirname(file));
    const found = await readFile(file).catch(() => undefined);
    const handle = await open(file, found === undefined ? "w" : "r+", 0o600);
    let position = wholeRecords(found ?? Buffer.alloc(0)) * recordBytes;
    const known = digestsOf((found ?? Buffer.alloc(0)).subarray(0, position));
    const add = async (index: number, sha256: Buffer): Promise<void> => {
        const at = position;
        position += recordBytes;
        await handle.write(record(index, sha256), 0, recordBytes, at);
    };
    return { known, add, close: () => handle.close() };
}

/** What a snapshot holds, with a SHA-256 behind it: a file that lost its end would be taken for an emptier disk. */
export async function writeManifest(file: string, digests: BlockDigests): Promise<void> {
    const bytes = Buffer.concat([...digests].map(([index, sha256]) => record(index, sha256)));
    const seal = createHash("sha256").update(bytes).digest();
    await writeAtomically(file, (handle) => handle.writeFile(Buffer.concat([bytes, seal])));
}

/** Undefined when there is no such file, or one that is damaged. */
export async function readManifest(file: string): Promise<BlockDigests | undefined> {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined || bytes.length % recordBytes !== digestBytes) {
        return undefined;
    }
    const records = bytes.subarray(0, -digestBytes);
    const seal = createHash("sha256").update(records).digest();
    return seal.equals(bytes.subarray(-digestBytes)) ? digestsOf(records) : undefined;
}

const wholeRecords = (bytes: Buffer): number => Math.floor(bytes.length / recordBytes);

function digestsOf(bytes: Buffer): BlockDigests {
    const digests = new Map<number, Buffer>();
    for (let at = 0; at < bytes.length; at += recordBytes) {
        digests.set(bytes.readUInt32LE(at), bytes.subarray(at + 4, at + recordBytes));
    }
    return digests;
}

function record(index: number, sha256: Buffer): Buffer {
    const bytes = Buffer.alloc(recordBytes);
    bytes.writeUInt32LE(index);
    sha256.copy(bytes, 4);
    return bytes;
}
