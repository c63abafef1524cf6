import { LinuxKitError } from "../../../sdk/assembly/error";
import { alignUp } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";

export const GIB = 1 << 30;

/** The same disk, zero behind its end up to the next multiple of `step` bytes. */
export function grownTo(disk: SparseDisk, step: number): SparseDisk {
    return { sizeBytes: alignUp(disk.sizeBytes, step), extents: () => disk.extents() };
}

/** Fails when `sizeBytes` is more than `limitBytes`; `what` names the thing and the format that limits it. */
export function withinLimit(sizeBytes: number, limitBytes: number, what: string): void {
    if (sizeBytes > limitBytes) {
        throw new LinuxKitError(
            "DiskTooLarge",
            `${what} is ${sizeBytes} bytes long, and may be ${limitBytes} at most: make the disk smaller, or choose another format`,
            { sizeBytes, limitBytes },
        );
    }
}
