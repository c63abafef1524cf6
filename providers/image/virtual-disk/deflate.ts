import { promisify } from "node:util";
import { constants, deflate, deflateRaw, deflateRawSync, deflateSync } from "node:zlib";

const SAMPLE_BYTES = 4 << 10;
/** Most of a disk is a compressed kernel and initrd: of what is left, the fastest level takes nearly all there is. */
const LEVEL = 1;
const STORED = constants.Z_NO_COMPRESSION;
/** For what a format puts around stored data, so that it comes out as one buffer. */
const FRAME_BYTES = 1 << 10;

const deflateAsync = promisify(deflate);
const deflateRawAsync = promisify(deflateRaw);

/** A zlib stream (RFC 1950) of its own. */
export async function zlibPiece(bytes: Buffer): Promise<Buffer> {
    return gains(bytes)
        ? deflateAsync(bytes, { level: LEVEL })
        : deflateSync(bytes, { level: STORED, chunkSize: bytes.length + FRAME_BYTES });
}

/** Deflated data (RFC 1951) that ends on a byte's border and is not the last: such pieces can stand one after the other. */
export async function deflatePiece(bytes: Buffer): Promise<Buffer> {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return gains(bytes)
        ? deflateRawAsync(bytes, { level: LEVEL, finishFlush })
        : deflateRawSync(bytes, { level: STORED, finishFlush, chunkSize: bytes.length + FRAME_BYTES });
}

/**
 * Whether deflating is worth it, by a sample from the middle. Compressed data is better stored: deflating it takes 20
 * times as long and gains nothing. Storing takes less than handing the work to a thread.
 */
function gains(bytes: Buffer): boolean {
    const start = Math.max(0, Math.floor((bytes.length - SAMPLE_BYTES) / 2));
    const sample = bytes.subarray(start, start + SAMPLE_BYTES);
    return deflateRawSync(sample, { level: LEVEL }).length < sample.length * 0.95;
}
