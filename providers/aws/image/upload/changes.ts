import { createHash } from "node:crypto";
import type { SparseDisk } from "../../../image/disk";
import { blocksOf } from "../../../image/virtual-disk/blocks";
import type { BlockDigests } from "../store/blocks";

/** What PutSnapshotBlock takes, whatever the disk's size. */
export const blockBytes = 524_288;

export interface Block {
    readonly index: number;
    readonly bytes: Buffer;
    readonly sha256: Buffer;
}

const zero = Buffer.alloc(blockBytes);
const zeroDigest = sha256(zero);

/**
 * The blocks of a disk that differ from what is there, ascending; a block of zeros where the disk is zero and what is there
 * is not. `contents` is filled with what the disk holds.
 */
export async function* changedBlocks(
    disk: SparseDisk,
    before: BlockDigests,
    contents: Map<number, Buffer>,
): AsyncGenerator<Block, void, undefined> {
    const cleared = [...before]
        .flatMap(([index, digest]) => (digest.equals(zeroDigest) ? [] : [index]))
        .toSorted((one, other) => one - other);
    let next = 0;
    for await (const { index, bytes } of blocksOf(disk, blockBytes)) {
        for (; next < cleared.length && (cleared[next] as number) <= index; next++) {
            if ((cleared[next] as number) < index) {
                yield zeroBlock(cleared[next] as number);
            }
        }
        const digest = sha256(bytes);
        contents.set(index, digest);
        if (before.get(index)?.equals(digest) !== true) {
            yield { index, bytes, sha256: digest };
        }
    }
    for (; next < cleared.length; next++) {
        yield zeroBlock(cleared[next] as number);
    }
}

const zeroBlock = (index: number): Block => ({ index, bytes: zero, sha256: zeroDigest });

/**
 * What CompleteSnapshot compares, by its method LINEAR: the SHA-256 of the digests of all blocks that were put, one behind
 * the other in the order of the blocks.
 */
export function linearChecksum(put: BlockDigests): string {
    const hash = createHash("sha256");
    for (const [, digest] of [...put].toSorted(([one], [other]) => one - other)) {
        hash.update(digest);
    }
    return hash.digest("base64");
}

function sha256(bytes: Buffer): Buffer {
    return createHash("sha256").update(bytes).digest();
}
