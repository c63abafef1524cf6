import { LinuxKitError } from "../../../sdk/assembly/error";
import type { DiskExtent, SparseDisk } from "../disk/sparse";

/** One block of a disk that is not all zero. */
export interface DiskBlock {
    /** Which of the disk's blocks, from 0. */
    readonly index: number;
    /** A whole block, zero where nothing was and behind the disk's end. */
    readonly bytes: Buffer;
}

const ZEROS = Buffer.alloc(1 << 16);

/** The blocks of `blockBytes` that hold anything but zeros, ascending, each its reader's own; memory stays at one block. */
export async function* blocksOf(disk: SparseDisk, blockBytes: number): AsyncGenerator<DiskBlock, void, undefined> {
    let open: DiskBlock | undefined;
    for await (const piece of pieces(disk, blockBytes)) {
        if (open !== undefined && open.index !== piece.index) {
            yield* nonZero(open);
            open = undefined;
        }
        if (piece.bytes.length === blockBytes) {
            yield* nonZero({ index: piece.index, bytes: Buffer.from(piece.bytes) });
        } else {
            open ??= { index: piece.index, bytes: Buffer.alloc(blockBytes) };
            piece.bytes.copy(open.bytes, piece.within);
        }
    }
    if (open !== undefined) {
        yield* nonZero(open);
    }
}

export function isZero(bytes: Buffer): boolean {
    for (let offset = 0; offset < bytes.length; offset += ZEROS.length) {
        const part = bytes.subarray(offset, offset + ZEROS.length);
        if (!part.equals(ZEROS.subarray(0, part.length))) {
            return false;
        }
    }
    return true;
}

function* nonZero(block: DiskBlock): Generator<DiskBlock> {
    if (!isZero(block.bytes)) {
        yield block;
    }
}

interface Piece extends DiskBlock {
    /** Where in its block it lies. */
    readonly within: number;
}

/** The extents cut at the blocks' borders. */
async function* pieces(disk: SparseDisk, blockBytes: number): AsyncGenerator<Piece, void, undefined> {
    let end = 0;
    for await (const extent of disk.extents()) {
        checkExtent(extent, end, disk.sizeBytes);
        end = extent.offset + extent.bytes.length;
        for (let done = 0; done < extent.bytes.length;) {
            const position = extent.offset + done;
            const within = position % blockBytes;
            const bytes = extent.bytes.subarray(done, done + blockBytes - within);
            yield { index: (position - within) / blockBytes, bytes, within };
            done += bytes.length;
        }
    }
}

function checkExtent({ offset, bytes }: DiskExtent, from: number, sizeBytes: number): void {
    if (offset < from || offset + bytes.length > sizeBytes) {
        throw new LinuxKitError(
            "DiskDamaged",
            `a disk of ${sizeBytes} bytes has an extent of ${bytes.length} bytes at ${offset}, where one between ${from} and its end can be: its layout is wrong`,
            { offset, length: bytes.length, from, sizeBytes },
        );
    }
}
