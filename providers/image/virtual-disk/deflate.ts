import { promisify } from "node:util";
import { constants, deflate, deflateRaw, deflateRawSync } from "node:zlib";

const SAMPLE_BYTES = 8 << 10;
/** Most of a disk is a compressed kernel and initrd: of what is left, the fastest level takes nearly all there is. */
const LEVEL = 1;

const deflateAsync = promisify(deflate);
const deflateRawAsync = promisify(deflateRaw);

/** A zlib stream (RFC 1950) of its own. */
export function zlibPiece(bytes: Buffer): Promise<Buffer> {
    return deflateAsync(bytes, { level: levelFor(bytes) });
}

/** Deflated data (RFC 1951) that ends on a byte's border and is not the last: such pieces can stand one after the other. */
export function deflatePiece(bytes: Buffer): Promise<Buffer> {
    return deflateRawAsync(bytes, { level: levelFor(bytes), finishFlush: constants.Z_SYNC_FLUSH });
}

/** Compressed data is stored as it is: deflating it takes ten times as long and gains nothing. A sample from the middle tells. */
function levelFor(bytes: Buffer): number {
    const start = Math.max(0, Math.floor((bytes.length - SAMPLE_BYTES) / 2));
    const sample = bytes.subarray(start, start + SAMPLE_BYTES);
    return deflateRawSync(sample, { level: LEVEL }).length < sample.length * 0.95 ? LEVEL : constants.Z_NO_COMPRESSION;
}
