import { SECTOR_BYTES } from "../bytes";

const CODE_BYTES = 440;
const SERIAL_OFFSET = 440;
const ENTRIES_OFFSET = 446;
const ACTIVE = 0x80;
const HEADS = 255;
const TRACK_SECTORS = 63;
const MAX_SECTORS = 0xffffffff;

/** Partition types. */
export const FAT32_LBA = 0x0c;
export const HIDDEN_NTFS = 0x17;
export const GPT_PROTECTIVE = 0xee;

export interface MbrPartition {
    readonly type: number;
    readonly active: boolean;
    readonly firstSector: number;
    readonly sectors: number;
}

/** A master boot record with one partition. Code is cut at the disk's serial number. */
export function masterBootRecord(partition: MbrPartition, serial: number, code: Buffer = Buffer.alloc(0)): Buffer {
    const bytes = Buffer.alloc(SECTOR_BYTES);
    code.copy(bytes, 0, 0, CODE_BYTES);
    bytes.writeUInt32LE(serial, SERIAL_OFFSET);
    partitionEntry(partition).copy(bytes, ENTRIES_OFFSET);
    bytes.writeUInt16LE(0xaa55, SECTOR_BYTES - 2);
    return bytes;
}

function partitionEntry({ type, active, firstSector, sectors }: MbrPartition): Buffer {
    const bytes = Buffer.alloc(16);
    bytes[0] = active ? ACTIVE : 0;
    // A protective entry ends where addresses of cylinders end (UEFI, section 5.2.3).
    const last = type === GPT_PROTECTIVE ? MAX_SECTORS : firstSector + sectors - 1;
    cylinderAddress(firstSector).copy(bytes, 1);
    bytes[4] = type;
    cylinderAddress(last).copy(bytes, 5);
    bytes.writeUInt32LE(firstSector, 8);
    bytes.writeUInt32LE(Math.min(sectors, MAX_SECTORS), 12);
    return bytes;
}

/** Cylinder, head and sector of a sector's number; the last address where it has none. */
function cylinderAddress(sector: number): Buffer {
    const cylinder = Math.floor(sector / (HEADS * TRACK_SECTORS));
    if (cylinder > 1023) {
        return Buffer.from([0xfe, 0xff, 0xff]);
    }
    const head = Math.floor(sector / TRACK_SECTORS) % HEADS;
    return Buffer.from([head, ((cylinder >> 2) & 0xc0) | ((sector % TRACK_SECTORS) + 1), cylinder & 0xff]);
}
