import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Chunks, gunzip, openCursor, zstdDecompress, ZSTD_MAGIC } from "../codec";

/**
 * A layer's tar, whatever it is packed with. What its first bytes say counts, as everywhere else: media types are often wrong,
 * and the content is held against its own digest.
 */
export async function* unpack(packed: Chunks): AsyncGenerator<Buffer, void, undefined> {
    const cursor = openCursor(packed, tooShort);
    try {
        const start = await cursor.header(4);
        if (start !== undefined) {
            cursor.unread(start);
            yield* decoderOf(start)(cursor.rest());
        }
    } finally {
        await cursor.close();
    }
}

function tooShort(): LinuxKitError {
    return new LinuxKitError("CodecTruncated", "a layer ends within its first four bytes");
}

function decoderOf(start: Buffer): (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
    return isGzip(start) ? gunzip : isZstd(start) ? zstdDecompress : (chunks) => chunks;
}

export function isGzip(start: Buffer): boolean {
    return start.length >= 2 && start.readUInt16BE(0) === 0x1f8b;
}

/** A frame, or a skippable one in front of it (RFC 8878 3.1.2). */
export function isZstd(start: Buffer): boolean {
    const magic = start.length < 4 ? 0 : start.readUInt32LE(0);
    return magic === ZSTD_MAGIC || magic >>> 4 === 0x184d2a5;
}
