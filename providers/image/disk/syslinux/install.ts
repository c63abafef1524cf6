import { SECTOR_BYTES, alignUp } from "../bytes";
import { CORE_MAGIC, type SyslinuxImages } from "./installer";

/** Two copies of the "auxiliary data vector" follow the core (libinstaller/setadv.c). */
const VECTORS = 2;
const VECTOR_HEAD = 0x5a2d2fa5;
const VECTOR_SUM = 0xa3041767;
const VECTOR_TAIL = 0xdd28bf64;
/** The core loads itself from its second sector on at 0x8000, and no transfer may cross 64 KiB (core/diskstart.inc). */
const LOAD_ADDRESS = 0x8000;
const TRANSFER_BOUNDARY = 0x10000;
const EXTENT_BYTES = 10;

/** Bytes of ldlinux.sys on a volume. */
export function coreBytes(images: SyslinuxImages): number {
    return alignUp(images.core.length, SECTOR_BYTES) + VECTORS * SECTOR_BYTES;
}

export interface InstalledSyslinux {
    readonly core: Buffer;
    readonly bootSector: Buffer;
}

/**
 * Makes ldlinux.sys and the boot sector know where they are: contiguous from a sector of the volume on. What
 * syslinux_patch does (libinstaller/syslxmod.c), for a core in the root directory.
 */
export function installSyslinux(images: SyslinuxImages, firstSector: number): InstalledSyslinux {
    const core = Buffer.alloc(coreBytes(images));
    images.core.copy(core);
    const dataSectors = core.length / SECTOR_BYTES - VECTORS;
    const dwords = Math.floor(images.core.length / 4);
    const patch = patchArea(core);
    core.writeUInt16LE(dataSectors, patch.dataSectors);
    core.writeUInt16LE(VECTORS, patch.vectorSectors);
    core.writeUInt32LE(dwords, patch.dwords);
    writeExtents(
        core.subarray(patch.extents, patch.extents + patch.extentCount * EXTENT_BYTES),
        firstSector,
        dataSectors,
    );
    for (let index = 0; index < VECTORS; index++) {
        const sector = firstSector + dataSectors + index;
        core.writeBigUInt64LE(BigInt(sector), patch.vectors + index * 8);
        emptyVector().copy(core, (dataSectors + index) * SECTOR_BYTES);
    }
    core.writeUInt32LE(0, patch.checksum);
    core.writeUInt32LE(checksum(core, dwords), patch.checksum);
    return { core, bootSector: patchBootSector(images.bootSector, firstSector, patch) };
}

/** Offsets in the core out of its two patch areas (struct patch_area and ext_patch_area, libinstaller/syslxint.h). */
function patchArea(core: Buffer) {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(CORE_MAGIC);
    const area = core.indexOf(magic);
    const extended = core.readUInt16LE(area + 22);
    const field = (index: number): number => core.readUInt16LE(extended + index * 2);
    return {
        dataSectors: area + 8,
        vectorSectors: area + 10,
        dwords: area + 12,
        checksum: area + 16,
        vectors: field(0),
        extents: field(5),
        extentCount: field(6),
        sectorLow: field(7),
        sectorHigh: field(8),
    };
}

/** Where the core's second sector and all after it are: a number of sectors from a sector on, for each transfer. */
function writeExtents(table: Buffer, firstSector: number, dataSectors: number): void {
    table.fill(0);
    let at = 0;
    for (let sector = 1, address = LOAD_ADDRESS; sector < dataSectors;) {
        const room = (TRANSFER_BOUNDARY - (address % TRANSFER_BOUNDARY)) / SECTOR_BYTES;
        const count = Math.min(room, dataSectors - sector, 0x7f);
        table.writeBigUInt64LE(BigInt(firstSector + sector), at);
        table.writeUInt16LE(count, at + 8);
        at += EXTENT_BYTES;
        sector += count;
        address += count * SECTOR_BYTES;
    }
}

function checksum(core: Buffer, dwords: number): number {
    let sum = CORE_MAGIC;
    for (let index = 0; index < dwords; index++) {
        sum = (sum - core.readUInt32LE(index * 4)) >>> 0;
    }
    return sum;
}

function emptyVector(): Buffer {
    const bytes = Buffer.alloc(SECTOR_BYTES);
    bytes.writeUInt32LE(VECTOR_HEAD, 0);
    bytes.writeUInt32LE(VECTOR_SUM, 4);
    bytes.writeUInt32LE(VECTOR_TAIL, SECTOR_BYTES - 4);
    return bytes;
}

function patchBootSector(
    bootSector: Buffer,
    firstSector: number,
    patch: { readonly sectorLow: number; readonly sectorHigh: number },
): Buffer {
    const bytes = Buffer.from(bootSector);
    bytes.writeUInt32LE(firstSector >>> 0, patch.sectorLow);
    bytes.writeUInt32LE(Math.floor(firstSector / 2 ** 32), patch.sectorHigh);
    return bytes;
}
