import { createReadStream } from "node:fs";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Artifact } from "../plan";
import { type Segment, segmentBytes } from "../segments";
import { writePlain } from "../store/plain";

const ALIGNMENT = 4;

/** What an initrd consists of. */
export interface InitrdParts {
    /** Microcode, which the kernel looks for at the very start. */
    readonly ucode?: { readonly file: string; readonly sizeBytes: number };
    readonly segments: readonly Segment[];
}

/**
 * Writes the segments one after the other. Each was read back as the kernel would when it was made; here its bytes are
 * hashed again, and it must begin where the kernel looks for it.
 * @throws SealBroken where a segment was damaged since
 */
export async function writeInitrd(
    file: string,
    { ucode, segments }: InitrdParts,
    signal: AbortSignal,
): Promise<Artifact> {
    const padding = -(ucode?.sizeBytes ?? 0) & (ALIGNMENT - 1);
    async function* bytes() {
        if (ucode !== undefined) {
            yield* createReadStream(ucode.file) as AsyncIterable<Buffer>;
            yield Buffer.alloc(padding);
        }
        for (const segment of segments) {
            signal.throwIfAborted();
            yield* segmentBytes(segment);
        }
    }
    const artifact = await writePlain(file, bytes());
    const sizes = segments.map(({ sealed }) => sealed.payload.sizeBytes);
    const total = sizes.reduce((sum, size) => sum + size, (ucode?.sizeBytes ?? 0) + padding);
    if (artifact.sizeBytes !== total || sizes.some((size) => size === 0 || size % ALIGNMENT !== 0)) {
        throw new LinuxKitError(
            "InitrdWrong",
            `the initrd has ${artifact.sizeBytes} bytes where its segments have ${total}, or a segment is not aligned`,
            { sizeBytes: artifact.sizeBytes, sizes },
        );
    }
    return artifact;
}
