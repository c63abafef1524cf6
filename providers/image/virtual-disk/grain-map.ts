import { alignUp, SECTOR_BYTES } from "../disk/bytes";
import { withinLimit } from "./size";
import { GRAIN_BYTES, MARKER, metadataMarker, sparseHeader, TABLE_ENTRIES } from "./vmdk-header";

const TABLE_BYTES = TABLE_ENTRIES * 4;
/** Grain tables and their directory hold numbers of sectors in 32 bits. */
const MAX_FILE_BYTES = 2 ** 32 * SECTOR_BYTES;

/** Where in a VMDK file the grains and their tables came to lie. */
export class GrainMap {
    readonly #directory: Buffer;
    #table = Buffer.alloc(TABLE_BYTES);
    /** The table that grains are entered in; -1 when there is none yet. */
    #current = -1;
    #position: number;

    /** For a disk of `diskBytes`, in a file whose first grain lies at `position`. */
    constructor(diskBytes: number, position: number) {
        const tables = Math.ceil(diskBytes / GRAIN_BYTES / TABLE_ENTRIES);
        this.#directory = Buffer.alloc(alignUp(tables * 4, SECTOR_BYTES));
        this.#position = position;
    }

    /** The table that is full when grain number `index` comes next; nothing while it is not. */
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

    /** Enters a grain that takes `length` bytes of the file. Errors: `DiskTooLarge` behind 2 TiB. */
    add(index: number, length: number): void {
        this.#table.writeUInt32LE(this.#sector(), (index % TABLE_ENTRIES) * 4);
        this.#position += length;
    }

    /** The grain directory, and what follows it to the file's end. */
    *directory(capacitySectors: number): Generator<Buffer, void, undefined> {
        yield this.#placed(metadataMarker(MARKER.grainDirectory, this.#directory.length / SECTOR_BYTES));
        const at = this.#sector();
        yield this.#placed(this.#directory);
        yield metadataMarker(MARKER.footer, 1);
        yield sparseHeader(capacitySectors, BigInt(at));
        yield metadataMarker(MARKER.endOfStream, 0);
    }

    #sector(): number {
        withinLimit(this.#position, MAX_FILE_BYTES - 2 * SECTOR_BYTES, "what a VMDK file holds, compressed,");
        return this.#position / SECTOR_BYTES;
    }

    #placed(bytes: Buffer): Buffer {
        this.#position += bytes.length;
        return bytes;
    }
}
