/** A disk's bytes: data where an extent says so, zero elsewhere. */
export interface SparseDisk {
    /** A multiple of 512. */
    readonly sizeBytes: number;
    /** Ascending, non-overlapping; data chunks of any length, each good until the next; may be read several times. */
    extents(): AsyncIterable<DiskExtent>;
}

export interface DiskExtent {
    readonly offset: number;
    readonly bytes: Buffer;
}
