import { alignUp, SECTOR_BYTES } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { ahead } from "./ahead";
import { zlibPiece } from "./deflate";
import { ContentIdentity } from "./identity";
import { grownTo, withinLimit } from "./size";
import { surveyDisk, surveyedBlocks } from "./survey";
import {
    descriptor,
    DIRECTORY_AT_END,
    grain,
    GRAIN_BYTES,
    MARKER,
    metadataMarker,
    OVERHEAD_SECTORS,
    sparseHeader,
    TABLE_ENTRIES,
} from "./vmdk-header";

/** vSphere's greatest virtual disk. */
const MAX_DISK_BYTES = 62 * 2 ** 40;
/** Grain tables and their directory hold numbers of sectors in 32 bits. */
const MAX_FILE_BYTES = 2 ** 32 * SECTOR_BYTES;
const TABLE_BYTES = TABLE_ENTRIES * 4;
const GRAINS_UNDER_WAY = 8;

/**
 * A disk as a streamOptimized VMDK: header and descriptor, each grain of 64 KiB that holds data, deflated, a grain table
 * behind the grains it points at, and at the end the grain directory and the footer. The disk is read twice and rounded
 * up to a whole grain; its content id is made of the content.
 *
 * Follows VMware's Virtual Disk Format 1.1, "Stream-Optimized Compressed Sparse Extents". Errors: `DiskTooLarge` for a
 * disk over 62 TiB or a file over 2 TiB, `DiskChanged` when the two readings differ.
 */
export async function* streamOptimizedVmdk(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const whole = grownTo(disk, GRAIN_BYTES);
    withinLimit(whole.sizeBytes, MAX_DISK_BYTES, "the disk in a VMDK");
    const capacity = whole.sizeBytes / SECTOR_BYTES;
    const identity = new ContentIdentity("vmdk", whole.sizeBytes);
    const survey = await surveyDisk(whole, GRAIN_BYTES, (block) => identity.add(block));

    const head = [sparseHeader(capacity, DIRECTORY_AT_END), descriptor(capacity, identity.digest())];
    yield Buffer.concat(head, OVERHEAD_SECTORS * SECTOR_BYTES);
    const map = new GrainMap(whole.sizeBytes);
    const grains = ahead(surveyedBlocks(whole, survey), GRAINS_UNDER_WAY, async ({ index, bytes }) => ({
        index,
        bytes: grain(index, await zlibPiece(bytes)),
    }));
    for await (const { index, bytes } of grains) {
        yield* map.tableBefore(index);
        map.add(index, bytes.length);
        yield bytes;
    }
    yield* map.tableBefore(Infinity);
    yield* map.directory(capacity);
}

/** Where in the file the grains and their tables came to lie. */
class GrainMap {
    readonly #directory: Buffer;
    #table = Buffer.alloc(TABLE_BYTES);
    /** The table that grains are entered in; -1 when there is none yet. */
    #current = -1;
    #position = OVERHEAD_SECTORS * SECTOR_BYTES;

    constructor(sizeBytes: number) {
        const tables = Math.ceil(sizeBytes / GRAIN_BYTES / TABLE_ENTRIES);
        this.#directory = Buffer.alloc(alignUp(tables * 4, SECTOR_BYTES));
    }

    /** The table that is full once a grain of number `index` follows, if there is one. */
    *tableBefore(index: number): Generator<Buffer, void, undefined> {
        const next = Math.floor(index / TABLE_ENTRIES);
        if (this.#current !== next && this.#current >= 0) {
            this.#directory.writeUInt32LE(this.#sector() + 1, this.#current * 4);
            yield this.#placed(metadataMarker(MARKER.grainTable, TABLE_BYTES / SECTOR_BYTES));
            yield this.#placed(this.#table);
            this.#table = Buffer.alloc(TABLE_BYTES);
        }
        this.#current = next;
    }

    add(index: number, length: number): void {
        this.#table.writeUInt32LE(this.#sector(), (index % TABLE_ENTRIES) * 4);
        this.#position += length;
    }

    /** What ends the file. */
    *directory(capacitySectors: number): Generator<Buffer, void, undefined> {
        yield this.#placed(metadataMarker(MARKER.grainDirectory, this.#directory.length / SECTOR_BYTES));
        const at = this.#sector();
        yield this.#placed(this.#directory);
        yield this.#placed(metadataMarker(MARKER.footer, 1));
        yield sparseHeader(capacitySectors, BigInt(at));
        yield metadataMarker(MARKER.endOfStream, 0);
    }

    #sector(): number {
        withinLimit(this.#position, MAX_FILE_BYTES - SECTOR_BYTES, "a VMDK file of compressed grains");
        return this.#position / SECTOR_BYTES;
    }

    #placed(bytes: Buffer): Buffer {
        this.#position += bytes.length;
        return bytes;
    }
}
