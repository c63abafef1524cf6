import { alignUp } from "./bytes";

/** What snapshots of clouds tell apart: the block of Amazon EBS's direct APIs. */
export const BLOCK_BYTES = 512 * 1024;
/** What alignment may cost, as a share of what is aligned. */
const MAX_SHARE = 0.05;

export interface Piece {
    readonly sizeBytes: number;
    /** It begins at a multiple of this. */
    readonly unit: number;
}

export interface Placement {
    /** Of each piece, in order. */
    readonly offsets: readonly number[];
    readonly end: number;
    /** Blocks are counted from here, a multiple of every unit: it belongs at a block of the disk. */
    readonly origin: number;
}

/** One piece after the other, from `start` on. */
export function placeInOrder(start: number, pieces: readonly Piece[]): Placement {
    return { ...walk(start, pieces, (position, { unit }) => alignUp(position, unit)), origin: 0 };
}

/**
 * One piece after the other, the large ones each at a block, so that a changed piece changes few blocks of a snapshot.
 * Large is what is at least so many blocks that all gaps together, one before the first block included, stay under 5 % of
 * the pieces: one block, or else two, four, eight...
 */
export function placeAtBlocks(start: number, pieces: readonly Piece[]): Placement {
    const plain = placeInOrder(start, pieces);
    const total = pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const largest = Math.max(0, ...pieces.map(({ sizeBytes }) => sizeBytes));
    const widest = Math.max(1, ...pieces.map(({ unit }) => unit));
    for (let large = BLOCK_BYTES; large <= largest; large *= 2) {
        const first = plain.offsets[pieces.findIndex(({ sizeBytes }) => sizeBytes >= large)] ?? 0;
        const origin = alignUp(first, widest);
        const placed = walk(start, pieces, (position, { sizeBytes, unit }) =>
            sizeBytes < large ? alignUp(position, unit) : origin + alignUp(position - origin, BLOCK_BYTES),
        );
        if (placed.end - plain.end + BLOCK_BYTES < total * MAX_SHARE) {
            return { ...placed, origin };
        }
    }
    return plain;
}

function walk(
    start: number,
    pieces: readonly Piece[],
    place: (position: number, piece: Piece) => number,
): Omit<Placement, "origin"> {
    let end = start;
    const offsets = pieces.map((piece) => {
        const offset = place(end, piece);
        end = offset + piece.sizeBytes;
        return offset;
    });
    return { offsets, end };
}
