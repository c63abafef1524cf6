import { crc32 } from "node:zlib";

import { SECTOR_BYTES } from "../bytes";
import { payloadOf } from "../payload";
import type { Piece } from "../pieces";
import { guidBytes, mixedEndian, serialOf, uuidOf } from "./identity";
import { GPT_PROTECTIVE, masterBootRecord } from "./mbr";

const ENTRY_BYTES = 128;
const ENTRIES = 128;
const TABLE_SECTORS = (ENTRY_BYTES * ENTRIES) / SECTOR_BYTES;
const HEADER_BYTES = 92;
const REVISION = 0x00010000;
const EFI_SYSTEM = guidBytes("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
const PARTITION_NAME = "EFI System";
/** "Legacy BIOS Bootable" (UEFI, table "Defined GPT Partition Entry - Attributes"): what syslinux' gptmbr.bin looks for. */
const LEGACY_BOOTABLE = 1n << 2n;

/** What a disk has behind its last partition. */
export const GPT_BACKUP_BYTES = (TABLE_SECTORS + 1) * SECTOR_BYTES;

export interface SystemPartition {
    readonly offset: number;
    readonly sizeBytes: number;
    /** Code of the protective MBR that boots this partition on a BIOS. */
    readonly biosCode?: Buffer;
}

/** A GPT with one EFI system partition: protective MBR, header and entries, and their copy at the disk's end. */
export function gptPieces(diskBytes: number, partition: SystemPartition, digest: Buffer): Piece[] {
    const sectors = diskBytes / SECTOR_BYTES;
    const table = partitionTable(partition, digest);
    const disk = { sectors, table, uuid: mixedEndian(uuidOf(digest, "disk")) };
    const backup = sectors - 1 - TABLE_SECTORS;
    const serial = partition.biosCode === undefined ? 0 : serialOf(digest, "disk");
    const protective = { type: GPT_PROTECTIVE, active: false, firstSector: 1, sectors: sectors - 1 };
    return [
        piece(0, masterBootRecord(protective, serial, partition.biosCode), "the protective MBR"),
        piece(1, Buffer.concat([header(disk, 1, sectors - 1, 2), table]), "the partition table"),
        piece(backup, Buffer.concat([table, header(disk, sectors - 1, 1, backup)]), "the partition table's copy"),
    ];
}

function partitionTable({ offset, sizeBytes, biosCode }: SystemPartition, digest: Buffer): Buffer {
    const bytes = Buffer.alloc(ENTRY_BYTES * ENTRIES);
    EFI_SYSTEM.copy(bytes);
    mixedEndian(uuidOf(digest, "partition")).copy(bytes, 16);
    bytes.writeBigUInt64LE(BigInt(offset / SECTOR_BYTES), 32);
    bytes.writeBigUInt64LE(BigInt((offset + sizeBytes) / SECTOR_BYTES - 1), 40);
    bytes.writeBigUInt64LE(biosCode === undefined ? 0n : LEGACY_BOOTABLE, 48);
    bytes.write(PARTITION_NAME, 56, "utf16le");
    return bytes;
}

interface Disk {
    readonly sectors: number;
    readonly table: Buffer;
    readonly uuid: Buffer;
}

/** UEFI, section 5.3.2. */
function header(disk: Disk, own: number, other: number, tableSector: number): Buffer {
    const bytes = Buffer.alloc(SECTOR_BYTES);
    bytes.write("EFI PART", 0, "latin1");
    bytes.writeUInt32LE(REVISION, 8);
    bytes.writeUInt32LE(HEADER_BYTES, 12);
    bytes.writeBigUInt64LE(BigInt(own), 24);
    bytes.writeBigUInt64LE(BigInt(other), 32);
    bytes.writeBigUInt64LE(BigInt(2 + TABLE_SECTORS), 40);
    bytes.writeBigUInt64LE(BigInt(disk.sectors - 2 - TABLE_SECTORS), 48);
    disk.uuid.copy(bytes, 56);
    bytes.writeBigUInt64LE(BigInt(tableSector), 72);
    bytes.writeUInt32LE(ENTRIES, 80);
    bytes.writeUInt32LE(ENTRY_BYTES, 84);
    bytes.writeUInt32LE(crc32(disk.table), 88);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES)), 16);
    return bytes;
}

function piece(sector: number, bytes: Buffer, name: string): Piece {
    return { offset: sector * SECTOR_BYTES, payload: payloadOf(bytes), name };
}
