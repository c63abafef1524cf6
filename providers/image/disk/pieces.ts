import type { Payload } from "./input";
import { exactly } from "./payload";
import type { DiskExtent, SparseDisk } from "./sparse";

/** Bytes and their place; what lies between pieces is zero. */
export interface Piece {
    readonly offset: number;
    readonly payload: Payload;
    /** What errors call it. */
    readonly name: string;
}

export function diskOf(sizeBytes: number, pieces: readonly Piece[]): SparseDisk {
    const ordered = pieces.filter(({ payload }) => payload.sizeBytes > 0).toSorted((a, b) => a.offset - b.offset);
    ordered.forEach(({ offset, payload, name }, index) => {
        const end = ordered[index + 1]?.offset ?? sizeBytes;
        if (offset < 0 || offset + payload.sizeBytes > end) {
            throw new Error(`${name} does not fit between ${offset} and ${end}`);
        }
    });
    return { sizeBytes, extents: () => extentsOf(ordered) };
}

async function* extentsOf(pieces: readonly Piece[]): AsyncGenerator<DiskExtent, void, undefined> {
    for (const { offset, payload, name } of pieces) {
        let position = offset;
        for await (const bytes of exactly(payload, name)) {
            yield { offset: position, bytes };
            position += bytes.length;
        }
    }
}

/** The same pieces further along. */
export function moved(pieces: readonly Piece[], distance: number): Piece[] {
    return pieces.map((piece) => ({ ...piece, offset: piece.offset + distance }));
}
