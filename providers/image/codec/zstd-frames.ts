import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Chunks } from "./bytes";
import { type Cursor, openCursor } from "./cursor";

export const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** The frames of a zstd stream, each to be read to its end before the next; skippable frames are left out. */
export async function* splitFrames(source: Chunks): AsyncGenerator<AsyncIterable<Buffer>, void, undefined> {
    const cursor = openCursor(source, truncated);
    try {
        for (let magic = await cursor.header(4); magic !== undefined; magic = await cursor.header(4)) {
            const number = magic.readUInt32LE();
            if (number === ZSTD_MAGIC) {
                yield zstdFrame(magic, cursor);
            } else if ((number & 0xfffffff0) >>> 0 === SKIPPABLE) {
                await cursor.skip((await cursor.required(4)).readUInt32LE());
            } else {
                throw new LinuxKitError("CodecDamaged", "a zstd stream is damaged: no frame begins where one should", {
                    codec: "zstd",
                });
            }
        }
    } finally {
        await cursor.close();
    }
}

/** The frame that begins with the `magic` already read, as it stands, up to its end. */
export async function* zstdFrame(magic: Buffer, cursor: Cursor): AsyncGenerator<Buffer, void, undefined> {
    const descriptor = await cursor.required(1);
    const flags = descriptor.readUInt8();
    yield Buffer.concat([magic, descriptor]);
    yield await cursor.required(frameHeaderRest(flags));
    for (let last = false; !last;) {
        const header = await cursor.required(3);
        const word = header.readUIntLE(0, 3);
        last = (word & 1) === 1;
        const isRepeated = ((word >> 1) & 3) === 1;
        yield header;
        yield* cursor.body(isRepeated ? 1 : word >> 3);
    }
    if ((flags & 4) !== 0) {
        yield await cursor.required(4);
    }
}

/** RFC 8878 3.1.1.1: window descriptor, dictionary id and content size, by the frame header descriptor. */
function frameHeaderRest(flags: number): number {
    const isSingleSegment = (flags & 0x20) !== 0;
    const sizeCode = flags >> 6;
    const sizeBytes = sizeCode === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeCode;
    const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
    return (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
}

function truncated(): LinuxKitError {
    return new LinuxKitError("CodecTruncated", "a zstd stream ends in the middle of a frame", { codec: "zstd" });
}
