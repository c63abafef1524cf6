import { MIB } from "../disk/bytes";
import type { DiskExtent, SparseDisk } from "../disk/sparse";
import { blocksOf } from "./blocks";
import { ContentIdentity } from "./identity";
import { grownTo, withinLimit } from "./size";
import { FOOTER_BYTES, MAX_VHD_BYTES, vhdFooter } from "./vhd-footer";

/**
 * A disk as a VHD of fixed size: the disk, rounded up to a whole MiB as Azure asks, then a footer of 512 bytes. Its
 * time is fixed and its UUID is made of the content. The file is told as a disk of its own, so that it can have holes.
 *
 * Follows "Fixed Hard Disk Image" of Microsoft's specification 1.0. Errors: `DiskTooLarge` over 2,040 GiB.
 */
export function fixedVhd(disk: SparseDisk): SparseDisk {
    const whole = grownTo(disk, MIB);
    withinLimit(whole.sizeBytes, MAX_VHD_BYTES, "the disk in a VHD");
    return { sizeBytes: whole.sizeBytes + FOOTER_BYTES, extents: () => diskAndFooter(whole) };
}

async function* diskAndFooter(disk: SparseDisk): AsyncGenerator<DiskExtent, void, undefined> {
    const identity = new ContentIdentity("vhd fixed", disk.sizeBytes);
    for await (const block of blocksOf(disk, MIB)) {
        identity.add(block);
        yield { offset: block.index * MIB, bytes: block.bytes };
    }
    const footer = vhdFooter({ type: "fixed", sizeBytes: disk.sizeBytes, identity: identity.digest() });
    yield { offset: disk.sizeBytes, bytes: footer };
}
