import type { ImageParts } from "../build/parts";
import type { BootableContents } from "../plan";
import type { Payload } from "../disk";
import { joined, payloadOf } from "../disk/payload";
import { type Segment, segmentBytes } from "../segments";
import { fileChunks } from "../store/file-chunks";

const READ_BYTES = 1 << 20;
const ALIGNMENT = 4;

export function kernelPayload({ image }: Pick<ImageParts<BootableContents>, "image">): Payload {
    return filePayload(image.kernelPath, image.kernel.sizeBytes);
}

/** Microcode of the kernel's image, as it came. */
export function ucodePayload({ image }: Pick<ImageParts<BootableContents>, "image">): Payload | undefined {
    const { ucodePath, ucode } = image;
    return ucodePath === undefined || ucode === undefined ? undefined : filePayload(ucodePath, ucode.sizeBytes);
}

function filePayload(file: string, sizeBytes: number): Payload {
    return { sizeBytes, chunks: () => fileChunks(file, { highWaterMark: READ_BYTES }) };
}

/** The initrd's segments, one after the other. */
export function segmentsPayload({ segments }: ImageParts): Payload {
    return joined(segments.map(segmentPayload));
}

/** A kernel looks for what follows at a multiple of four, and passes over zeros before it. */
export function aligned(payload: Payload): Payload {
    const missing = -payload.sizeBytes & (ALIGNMENT - 1);
    return missing === 0 ? payload : joined([payload, payloadOf(Buffer.alloc(missing))]);
}

export function segmentPayload(segment: Segment): Payload {
    return { sizeBytes: segment.sealed.payload.sizeBytes, chunks: () => segmentBytes(segment) };
}
