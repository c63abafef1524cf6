import { alignUp, MIB, SECTOR_BYTES } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { isZero } from "./blocks";
import { ContentIdentity } from "./identity";
import { grownTo, withinLimit } from "./size";
import { type Survey, surveyDisk, surveyedBlocks, surveyedIndexes } from "./survey";
import { checksum, FOOTER_BYTES, MAX_VHD_BYTES, NO_OFFSET, vhdFooter } from "./vhd-footer";

const BLOCK_BYTES = 2 << 20;
const BLOCK_SECTORS = BLOCK_BYTES / SECTOR_BYTES;
/** One bit a sector, padded to whole sectors. */
const BITMAP_BYTES = BLOCK_SECTORS / 8;
const HEADER_BYTES = 1024;
const TABLE_OFFSET = FOOTER_BYTES + HEADER_BYTES;

/**
 * A disk as a dynamic VHD: a copy of the footer, the header, the block allocation table, each block of 2 MiB that holds
 * data with the bitmap of its sectors, the footer. The disk is read twice and rounded up to a whole MiB.
 *
 * Follows "Dynamic Disk Header Format" and "Block Allocation Table and Data Blocks" of Microsoft's specification 1.0.
 * Errors: `DiskTooLarge` over 2,040 GiB, `DiskChanged` when the two readings differ.
 */
export async function* dynamicVhd(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const whole = grownTo(disk, MIB);
    withinLimit(whole.sizeBytes, MAX_VHD_BYTES, "the disk in a VHD");
    const identity = new ContentIdentity("vhd dynamic", whole.sizeBytes);
    const survey = await surveyDisk(whole, BLOCK_BYTES, (block) => identity.add(block));
    const footer = vhdFooter({ type: "dynamic", sizeBytes: whole.sizeBytes, identity: identity.digest() });
    const blocks = Math.ceil(whole.sizeBytes / BLOCK_BYTES);
    yield footer;
    yield dynamicHeader(blocks);
    yield allocationTable(blocks, survey);
    for await (const { bytes } of surveyedBlocks(whole, survey)) {
        yield sectorBitmap(bytes);
        yield bytes;
    }
    yield footer;
}

function dynamicHeader(blocks: number): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.write("cxsparse", 0, "latin1");
    header.writeBigUInt64BE(NO_OFFSET, 8);
    header.writeBigUInt64BE(BigInt(TABLE_OFFSET), 16);
    header.writeUInt32BE(0x0001_0000, 24);
    header.writeUInt32BE(blocks, 28);
    header.writeUInt32BE(BLOCK_BYTES, 32);
    header.writeUInt32BE(checksum(header), 36);
    return header;
}

/** For each block the sector of the file at which its bitmap begins, all ones for a block that is not there. */
function allocationTable(blocks: number, survey: Survey): Buffer {
    const table = Buffer.alloc(alignUp(blocks * 4, SECTOR_BYTES), 0xff);
    let position = TABLE_OFFSET + table.length;
    for (const index of surveyedIndexes(survey)) {
        table.writeUInt32BE(position / SECTOR_BYTES, index * 4);
        position += BITMAP_BYTES + BLOCK_BYTES;
    }
    return table;
}

/** The most significant bit first; set for a sector that holds data. */
function sectorBitmap(block: Buffer): Buffer {
    const bitmap = Buffer.alloc(BITMAP_BYTES);
    for (let sector = 0; sector < BLOCK_SECTORS; sector++) {
        if (!isZero(block.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES))) {
            bitmap[sector >> 3] = (bitmap[sector >> 3] ?? 0) | (0x80 >> (sector & 7));
        }
    }
    return bitmap;
}
