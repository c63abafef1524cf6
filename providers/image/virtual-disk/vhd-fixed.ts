import { MIB } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { ContentIdentity } from "./identity";
import { rawDisk } from "./raw";
import { grownTo, withinLimit } from "./size";
import { MAX_VHD_BYTES, vhdFooter } from "./vhd-footer";

/**
 * A disk as a VHD of fixed size: the disk, rounded up to a whole MiB as Azure asks, then a footer of 512 bytes. Its
 * time is fixed and its UUID is made of the content.
 *
 * Follows "Fixed Hard Disk Image" of Microsoft's specification 1.0. Errors: `DiskTooLarge` over 2,040 GiB.
 */
export async function* fixedVhd(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const whole = grownTo(disk, MIB);
    withinLimit(whole.sizeBytes, MAX_VHD_BYTES, "the disk in a VHD");
    const identity = new ContentIdentity("vhd fixed", whole.sizeBytes);
    yield* rawDisk(whole, (block) => identity.add(block));
    yield vhdFooter({ type: "fixed", sizeBytes: whole.sizeBytes, identity: identity.digest() });
}
