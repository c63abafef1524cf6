import { GENERATED_MTIME } from "../../tree/content";
import { CD_SECTOR_BYTES } from "./file";

const at = new Date(GENERATED_MTIME * 1000);
const DIRECTORY = 2;

/** Both byte orders, one after the other (ECMA-119, 7.3.3). */
export function bothWords(value: number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(value, 0);
    bytes.writeUInt32BE(value, 4);
    return bytes;
}

/** ECMA-119, 7.2.3. */
export function bothHalves(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt16LE(value, 0);
    bytes.writeUInt16BE(value, 2);
    return bytes;
}

/** ECMA-119, 8.4.26.1: digits, hundredths, offset from UTC. */
export function longDate(): Buffer {
    return Buffer.from(`${at.toISOString().replaceAll(/\D/g, "").slice(0, 16)}\0`, "latin1");
}

interface Recorded {
    /** Bytes of the identifier; a single 0 or 1 for a directory itself and its parent. */
    readonly identifier: Buffer;
    readonly sector: number;
    readonly sizeBytes: number;
    readonly isDirectory: boolean;
}

/** A directory's record of what it holds (ECMA-119, 9.1). */
export function directoryRecord({ identifier, sector, sizeBytes, isDirectory }: Recorded): Buffer {
    const bytes = Buffer.alloc(recordBytes(identifier.length));
    bytes[0] = bytes.length;
    bothWords(sector).copy(bytes, 2);
    bothWords(sizeBytes).copy(bytes, 10);
    const date = [at.getUTCFullYear() - 1900, at.getUTCMonth() + 1, at.getUTCDate()];
    bytes.set([...date, at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()], 18);
    bytes[25] = isDirectory ? DIRECTORY : 0;
    bothHalves(1).copy(bytes, 28);
    bytes[32] = identifier.length;
    identifier.copy(bytes, 33);
    return bytes;
}

function recordBytes(identifierBytes: number): number {
    return 33 + identifierBytes + (identifierBytes % 2 === 0 ? 1 : 0);
}

/** Records in whole sectors: none may span two (ECMA-119, 6.8.1.1). */
export function inSectors(records: readonly Buffer[]): Buffer {
    const parts: Buffer[] = [];
    let length = 0;
    for (const record of records) {
        const room = CD_SECTOR_BYTES - (length % CD_SECTOR_BYTES);
        if (record.length > room) {
            parts.push(Buffer.alloc(room));
            length += room;
        }
        parts.push(record);
        length += record.length;
    }
    parts.push(Buffer.alloc(-length & (CD_SECTOR_BYTES - 1)));
    return Buffer.concat(parts);
}
