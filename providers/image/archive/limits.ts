/** What an archive may ask of its reader; beyond it reading stops with an error that names the entry. */
export interface ArchiveLimits {
    readonly maxEntries: number;
    /** Bytes of one path. */
    readonly maxPathBytes: number;
    /** Segments of one path. */
    readonly maxDepth: number;
    /** Bytes of all paths together: what the reader holds in memory. */
    readonly maxTotalPathBytes: number;
    readonly maxEntryBytes: number;
    /** Bytes of the whole unpacked archive. */
    readonly maxTotalBytes: number;
    /** Bytes of one extended header: long names and extended attributes. */
    readonly maxHeaderBytes: number;
    /** Whether character and block devices may be in it. */
    readonly devices: boolean;
    /**
     * Whether it is a layer of an image, which is laid over others: names may be absolute, a symlink may climb above the
     * root, a hard link may mean a file of a lower layer or a symlink, and a folder may come twice, as common tools write them.
     */
    readonly layer: boolean;
}

export const defaultLimits: ArchiveLimits = {
    maxEntries: 500_000,
    maxPathBytes: 4095,
    maxDepth: 128,
    maxTotalPathBytes: 64 * 2 ** 20,
    maxEntryBytes: 2 ** 32 - 1,
    maxTotalBytes: 64 * 2 ** 30,
    maxHeaderBytes: 2 ** 20,
    devices: false,
    layer: false,
};
