import type { Payload } from "../input";

/** A file of a FAT volume. */
export interface FatFile {
    /** `/`-separated, without a leading slash. */
    readonly path: string;
    /** Its content; between two parts there may be zeros, up to a multiple of four or to a block of the disk. */
    readonly parts: readonly Payload[];
    readonly attributes?: number;
}

/** Attributes of directory entries ("FAT: General Overview of On-Disk Format" 1.03, section "FAT Directory Structure"). */
export const attributes = {
    readOnly: 0x01,
    hidden: 0x02,
    system: 0x04,
    volumeLabel: 0x08,
    directory: 0x10,
    archive: 0x20,
    longName: 0x0f,
} as const;
