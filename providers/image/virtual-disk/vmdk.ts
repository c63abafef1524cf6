import { SECTOR_BYTES } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { ahead } from "./ahead";
import { zlibPiece } from "./deflate";
import { GrainMap } from "./grain-map";
import { ContentIdentity } from "./identity";
import { grownTo, withinLimit } from "./size";
import { surveyDisk, surveyedBlocks } from "./survey";
import { descriptor, DIRECTORY_AT_END, grain, GRAIN_BYTES, OVERHEAD_BYTES, sparseHeader } from "./vmdk-header";

/** vSphere's greatest virtual disk. */
const MAX_DISK_BYTES = 62 * 2 ** 40;
const GRAINS_UNDER_WAY = 8;

/**
 * A disk as a streamOptimized VMDK: header and descriptor, each grain of 64 KiB that holds data, deflated, a grain table
 * behind the grains it points at, and at the end the grain directory and the footer. The disk is read twice and rounded
 * up to a whole grain; its content id is made of the content.
 *
 * Follows VMware's Virtual Disk Format 1.1, "Stream-Optimized Compressed Sparse Extents". Errors: `DiskTooLarge` for a
 * disk over 62 TiB or a file over 2 TiB, `DiskChanged` when the two readings differ.
 */
export async function* streamOptimizedVmdk(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const whole = grownTo(disk, GRAIN_BYTES);
    withinLimit(whole.sizeBytes, MAX_DISK_BYTES, "the disk in a VMDK");
    const capacity = whole.sizeBytes / SECTOR_BYTES;
    const identity = new ContentIdentity("vmdk", whole.sizeBytes);
    const survey = await surveyDisk(whole, GRAIN_BYTES, (block) => identity.add(block));

    const head = [sparseHeader(capacity, DIRECTORY_AT_END), descriptor(capacity, identity.digest())];
    yield Buffer.concat(head, OVERHEAD_BYTES);
    const map = new GrainMap(whole.sizeBytes, OVERHEAD_BYTES);
    const grains = ahead(surveyedBlocks(whole, survey), GRAINS_UNDER_WAY, async ({ index, bytes }) => ({
        index,
        bytes: grain(index, await zlibPiece(bytes)),
    }));
    for await (const { index, bytes } of grains) {
        yield* map.tableBefore(index);
        map.add(index, bytes.length);
        yield bytes;
    }
    yield* map.tableBefore(Infinity);
    yield* map.directory(capacity);
}
