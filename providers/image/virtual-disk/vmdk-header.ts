import { SECTOR_BYTES } from "../disk/bytes";

export const GRAIN_BYTES = 64 << 10;
const GRAIN_SECTORS = GRAIN_BYTES / SECTOR_BYTES;
export const TABLE_ENTRIES = 512;
/** What stands in front of the first grain: header, descriptor, and room up to a whole grain. */
export const OVERHEAD_BYTES = 128 * SECTOR_BYTES;
/** "The grain directory is in the footer." */
export const DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;

const DESCRIPTOR_SECTORS = 20;

/**
 * "Hosted Sparse Extent Header" of VMware's Virtual Disk Format 1.1, with the flags of "Stream-Optimized Compressed
 * Sparse Extents": newline detection valid, grains compressed, markers. Version 3 is what VMware's tools write for those.
 */
export function sparseHeader(capacitySectors: number, directoryOffset: bigint): Buffer {
    const header = Buffer.alloc(SECTOR_BYTES);
    header.write("KDMV", 0, "latin1");
    header.writeUInt32LE(3, 4);
    header.writeUInt32LE(0x3_0001, 8);
    header.writeBigUInt64LE(BigInt(capacitySectors), 12);
    header.writeBigUInt64LE(BigInt(GRAIN_SECTORS), 20);
    header.writeBigUInt64LE(1n, 28);
    header.writeBigUInt64LE(BigInt(DESCRIPTOR_SECTORS), 36);
    header.writeUInt32LE(TABLE_ENTRIES, 44);
    header.writeBigUInt64LE(0n, 48);
    header.writeBigUInt64LE(directoryOffset, 56);
    header.writeBigUInt64LE(BigInt(OVERHEAD_BYTES / SECTOR_BYTES), 64);
    header.write("\n \r\n", 73, "latin1");
    header.writeUInt16LE(1, 77);
    return header;
}

/** "The Descriptor File", embedded; `contentId` is the first half of the disk's identity. */
export function descriptor(capacitySectors: number, identity: Buffer): Buffer {
    const cid = (identity.readUInt32BE(0) & 0x7fff_ffff).toString(16).padStart(8, "0");
    const text = [
        "# Disk DescriptorFile",
        "version=1",
        `CID=${cid}`,
        "parentCID=ffffffff",
        'createType="streamOptimized"',
        "",
        "# Extent description",
        `RDONLY ${capacitySectors} SPARSE "disk.vmdk"`,
        "",
        "# The Disk Data Base",
        "#DDB",
        "",
        'ddb.adapterType = "lsilogic"',
        `ddb.geometry.cylinders = "${Math.ceil(capacitySectors / (255 * 63))}"`,
        'ddb.geometry.heads = "255"',
        'ddb.geometry.sectors = "63"',
        `ddb.longContentID = "${identity.toString("hex", 4, 16)}${cid}"`,
        'ddb.virtualHWVersion = "13"',
        "",
    ].join("\n");
    return Buffer.concat([Buffer.from(text)], DESCRIPTOR_SECTORS * SECTOR_BYTES);
}

export const MARKER = { endOfStream: 0, grainTable: 1, grainDirectory: 2, footer: 3 } as const;

/** A "metadata marker": how many sectors follow, and of what. */
export function metadataMarker(type: number, sectors: number): Buffer {
    const marker = Buffer.alloc(SECTOR_BYTES);
    marker.writeBigUInt64LE(BigInt(sectors), 0);
    marker.writeUInt32LE(type, 12);
    return marker;
}

/** A "compressed grain": where it belongs, its length, its data, up to a whole sector. */
export function grain(index: number, compressed: Buffer): Buffer {
    const head = Buffer.alloc(12);
    head.writeBigUInt64LE(BigInt(index) * BigInt(GRAIN_SECTORS), 0);
    head.writeUInt32LE(compressed.length, 8);
    const length = Math.ceil((head.length + compressed.length) / SECTOR_BYTES) * SECTOR_BYTES;
    return Buffer.concat([head, compressed], length);
}
