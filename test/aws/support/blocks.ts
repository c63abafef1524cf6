import { createHash } from "node:crypto";
import { blockBytes } from "../../../providers/aws/image/upload/changes";
import type { SparseDisk } from "../../../providers/image/disk";

/** A disk by its blocks: index and the byte that fills it. */
export type Blocks = Readonly<Record<number, number>>;

const known = new Map<number, { readonly bytes: Buffer; readonly digest: Buffer }>();

const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

function knownBlock(fill: number): { readonly bytes: Buffer; readonly digest: Buffer } {
    const bytes = known.get(fill)?.bytes ?? Buffer.alloc(blockBytes, fill);
    const block = known.get(fill) ?? { bytes, digest: sha256(bytes) };
    known.set(fill, block);
    return block;
}

/** A block of one byte. */
export function filled(fill: number): Buffer {
    return knownBlock(fill).bytes;
}

/** Compares with what was hashed before: a matrix of faults sends the same blocks thousands of times. */
export function digestOf(bytes: Buffer): Buffer {
    const block = knownBlock(bytes[0] ?? 0);
    return bytes.equals(block.bytes) ? block.digest : sha256(bytes);
}

export function diskOf(blocks: Blocks, sizeBytes = 8 * blockBytes): SparseDisk {
    return {
        sizeBytes,
        async *extents() {
            for (const [index, fill] of Object.entries(blocks)) {
                yield { offset: Number(index) * blockBytes, bytes: filled(fill) };
            }
        },
    };
}

export function digestsOf(blocks: Blocks): Map<number, string> {
    return new Map(
        Object.entries(blocks).map(([index, fill]) => [Number(index), digestOf(filled(fill)).toString("hex")]),
    );
}
