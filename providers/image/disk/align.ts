import { alignUp } from "./bytes";

/** What snapshots of clouds tell apart: the block of Amazon EBS's direct APIs. */
export const BLOCK_BYTES = 512 * 1024;
/** What alignment may cost, as a share of what is aligned. */
const MAX_SHARE = 0.05;

/** Chooses where the next piece begins: at a block where that is worth it, else at the next multiple of `unit`. */
export type Aligner = (position: number, sizeBytes: number, unit: number) => number;

/**
 * Begins pieces at blocks, so that a changed piece changes few blocks of a snapshot, as long as all the gaps together,
 * the one before the first piece included, stay under 5 % of `totalBytes`. What is smaller than a block stays where it is.
 */
export function createAligner(totalBytes: number): Aligner {
    let budget = totalBytes * MAX_SHARE - BLOCK_BYTES;
    return (position, sizeBytes, unit) => {
        const near = alignUp(position, unit);
        const far = alignUp(position, BLOCK_BYTES);
        if (sizeBytes < BLOCK_BYTES || far - near >= budget) {
            return near;
        }
        budget -= far - near;
        return far;
    };
}

/** Where nothing is worth a gap: a CD has no snapshots. */
export const unaligned: Aligner = (position, _, unit) => alignUp(position, unit);
