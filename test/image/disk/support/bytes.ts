import { bytesOf, type SparseDisk } from "../../../../providers/image/disk";
import { collect } from "../../codec/collect";

/** A disk as one buffer. */
export async function wholeDisk(disk: SparseDisk): Promise<Buffer> {
    const bytes = await collect(bytesOf(disk).chunks());
    expect(bytes.length).toBe(disk.sizeBytes);
    return bytes;
}
