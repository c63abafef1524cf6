import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Chunks } from "./bytes";

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** Bytes handed on as they are until the next header has to be read. */
interface Cursor {
    /** Exactly `length` bytes, or undefined at a clean end before the first of them. */
    header(length: number): Promise<Buffer | undefined>;
    body(length: number): AsyncGenerator<Buffer, void, undefined>;
}

/** The frames of a zstd stream, each to be read to its end before the next; skippable frames are left out. */
export async function* splitFrames(source: Chunks): AsyncGenerator<AsyncIterable<Buffer>, void, undefined> {
    const cursor = openCursor(source);
    for (let magic = await cursor.header(4); magic !== undefined; magic = await cursor.header(4)) {
        const number = magic.readUInt32LE();
        if (number === MAGIC) {
            yield frame(magic, cursor);
        } else if ((number & 0xfffffff0) >>> 0 === SKIPPABLE) {
            await drain(cursor.body((await required(cursor, 4)).readUInt32LE()));
        } else {
            throw new LinuxKitError("CodecDamaged", "a zstd stream is damaged: no frame begins where one should", {
                codec: "zstd",
            });
        }
    }
}

async function* frame(magic: Buffer, cursor: Cursor): AsyncGenerator<Buffer, void, undefined> {
    const descriptor = await required(cursor, 1);
    const flags = descriptor.readUInt8();
    yield Buffer.concat([magic, descriptor]);
    const rest = frameHeaderRest(flags);
    if (rest > 0) {
        yield await required(cursor, rest);
    }
    for (let last = false; !last;) {
        const header = await required(cursor, 3);
        const word = header.readUIntLE(0, 3);
        last = (word & 1) === 1;
        const isRepeated = ((word >> 1) & 3) === 1;
        yield header;
        yield* cursor.body(isRepeated ? 1 : word >> 3);
    }
    if ((flags & 4) !== 0) {
        yield await required(cursor, 4);
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

async function required(cursor: Cursor, length: number): Promise<Buffer> {
    const bytes = await cursor.header(length);
    if (bytes === undefined) {
        throw truncated();
    }
    return bytes;
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
        void chunk;
    }
}

function openCursor(source: Chunks): Cursor {
    const chunks = (async function* () {
        yield* source;
    })();
    let current: Buffer = Buffer.alloc(0);
    const more = async () => {
        const next = await chunks.next();
        current = next.done === true ? current : next.value;
        return next.done !== true;
    };
    return {
        async header(length) {
            while (current.length < length) {
                const before = current;
                if (!(await more())) {
                    if (before.length > 0) {
                        throw truncated();
                    }
                    return undefined;
                }
                current = Buffer.concat([before, current]);
            }
            const bytes = current.subarray(0, length);
            current = current.subarray(length);
            return bytes;
        },
        async *body(length) {
            for (let left = length; left > 0;) {
                if (current.length === 0 && !(await more())) {
                    throw truncated();
                }
                const part = current.subarray(0, left);
                current = current.subarray(part.length);
                left -= part.length;
                yield part;
            }
        },
    };
}

function truncated(): LinuxKitError {
    return new LinuxKitError("CodecTruncated", "a zstd stream ends in the middle of a frame", { codec: "zstd" });
}
