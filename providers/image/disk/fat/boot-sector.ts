import { SECTOR_BYTES } from "../bytes";
import { VOLUME_LABEL } from "./directory";
import type { FatLayout } from "./layout";

const MEDIA_FIXED = 0xf8;
const SIGNATURE = 0xaa55;
const EXTENDED_BOOT_SIGNATURE = 0x29;
const DRIVE = 0x80;
const ROOT_CLUSTER = 2;
const INFO_SECTOR = 1;
/** A copy of the first two sectors stands here. */
export const BACKUP_SECTOR = 6;
/** Where boot code begins on FAT32: behind the jump and the OEM name, and behind the parameters. */
const HEAD_BYTES = 11;
const CODE_OFFSET = 90;

/** The first sector (section "Boot Sector and BPB"); `code` is a boot sector whose code is taken, not its parameters. */
export function bootSector(layout: FatLayout, volumeId: number, code?: Buffer): Buffer {
    const bytes = Buffer.alloc(SECTOR_BYTES);
    const is32 = layout.bits === 32;
    // Jumps over the parameters.
    bytes.set([0xeb, is32 ? 0x58 : 0x3c, 0x90]);
    bytes.write("LINUXKIT", 3, "latin1");
    writeParameters(bytes, layout);
    if (is32) {
        bytes.writeUInt32LE(layout.tableSectors, 36);
        bytes.writeUInt32LE(ROOT_CLUSTER, 44);
        bytes.writeUInt16LE(INFO_SECTOR, 48);
        bytes.writeUInt16LE(BACKUP_SECTOR, 50);
    }
    const end = is32 ? 64 : 36;
    bytes[end] = DRIVE;
    bytes[end + 2] = EXTENDED_BOOT_SIGNATURE;
    bytes.writeUInt32LE(volumeId, end + 3);
    VOLUME_LABEL.copy(bytes, end + 7);
    bytes.write(is32 ? "FAT32   " : "FAT16   ", end + 18, "latin1");
    bytes.writeUInt16LE(SIGNATURE, SECTOR_BYTES - 2);
    code?.copy(bytes, 0, 0, HEAD_BYTES);
    code?.copy(bytes, CODE_OFFSET, CODE_OFFSET, SECTOR_BYTES);
    return bytes;
}

function writeParameters(bytes: Buffer, layout: FatLayout): void {
    const sectors = layout.sizeBytes / SECTOR_BYTES;
    const is32 = layout.bits === 32;
    const isSmall = !is32 && sectors < 0x10000;
    bytes.writeUInt16LE(SECTOR_BYTES, 11);
    bytes[13] = layout.clusterBytes / SECTOR_BYTES;
    bytes.writeUInt16LE(layout.reservedSectors, 14);
    bytes[16] = 2;
    bytes.writeUInt16LE(layout.rootEntries, 17);
    bytes.writeUInt16LE(isSmall ? sectors : 0, 19);
    bytes[21] = MEDIA_FIXED;
    bytes.writeUInt16LE(is32 ? 0 : layout.tableSectors, 22);
    // Sectors of a track and heads, as firmware counts on a disk that it addresses by number.
    bytes.writeUInt16LE(63, 24);
    bytes.writeUInt16LE(255, 26);
    bytes.writeUInt32LE(layout.startBytes / SECTOR_BYTES, 28);
    bytes.writeUInt32LE(isSmall ? 0 : sectors, 32);
}

/** FAT32's hints (section "FAT32 FSInfo Sector Structure"). */
export function infoSector(freeClusters: number, nextFree: number): Buffer {
    const bytes = Buffer.alloc(SECTOR_BYTES);
    bytes.write("RRaA", 0, "latin1");
    bytes.write("rrAa", 484, "latin1");
    bytes.writeUInt32LE(freeClusters, 488);
    bytes.writeUInt32LE(nextFree, 492);
    bytes.writeUInt16LE(SIGNATURE, SECTOR_BYTES - 2);
    return bytes;
}
