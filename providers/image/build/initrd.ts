import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Artifact } from "../plan";
import { type Segment, segmentBytes } from "../segments";
import { writePlain } from "../store/plain";

const ALIGNMENT = 4;

/**
 * Writes the segments one after the other. Each was read back as the kernel would when it was made; here its bytes are
 * hashed again, and it must begin where the kernel looks for it.
 * @throws SealBroken where a segment was damaged since
 */
export async function writeInitrd(file: string, segments: readonly Segment[], signal: AbortSignal): Promise<Artifact> {
    async function* bytes() {
        for (const segment of segments) {
            signal.throwIfAborted();
            yield* segmentBytes(segment);
        }
    }
    const artifact = await writePlain(file, bytes());
    const sizes = segments.map(({ sealed }) => sealed.payload.sizeBytes);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (artifact.sizeBytes !== total || sizes.some((size) => size === 0 || size % ALIGNMENT !== 0)) {
        throw new LinuxKitError(
            "InitrdWrong",
            `the initrd has ${artifact.sizeBytes} bytes where its segments have ${total}, or a segment is not aligned`,
            { sizeBytes: artifact.sizeBytes, sizes },
        );
    }
    return artifact;
}
