import { createReadStream } from "node:fs";

import type { ImageParts } from "../build/parts";
import type { Payload } from "../disk";
import { type Segment, segmentBytes } from "../segments";

const READ_BYTES = 1 << 20;

export function kernelPayload({ image }: ImageParts): Payload {
    const { kernelPath, kernel } = image;
    return {
        sizeBytes: kernel.sizeBytes,
        chunks: () => createReadStream(kernelPath, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>,
    };
}

export function segmentPayload(segment: Segment): Payload {
    return { sizeBytes: segment.sealed.payload.sizeBytes, chunks: () => segmentBytes(segment) };
}

/** Several payloads, one after the other. */
export function joined(payloads: readonly Payload[]): Payload {
    return {
        sizeBytes: payloads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        async *chunks() {
            for (const payload of payloads) {
                yield* payload.chunks();
            }
        },
    };
}
