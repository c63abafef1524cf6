import { once } from "node:events";
import { crc32, createInflateRaw } from "node:zlib";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Cursor } from "./cursor";

const PIECE_BYTES = 1 << 18;

/** The content of the one gzip member that the cursor stands at, without optional header fields; the cursor ends behind it. */
export async function* gzipMember(cursor: Cursor): AsyncGenerator<Buffer, void, undefined> {
    const header = await cursor.required(10);
    if (header.readUIntBE(0, 3) !== 0x1f8b08 || header[3] !== 0) {
        throw damaged("its header has optional fields, or is none");
    }
    let checksum = 0;
    let length = 0;
    for await (const chunk of inflate(cursor)) {
        checksum = crc32(chunk, checksum);
        length += chunk.length;
        yield chunk;
    }
    const trailer = await cursor.required(8);
    if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32) {
        throw damaged("its content does not fit its checksum");
    }
}

/** zlib leaves unread what follows the end of the deflated data: that goes back to the cursor. */
async function* inflate(cursor: Cursor): AsyncGenerator<Buffer, void, undefined> {
    const engine = createInflateRaw({ chunkSize: PIECE_BYTES });
    const output: Buffer[] = [];
    engine.on("data", (chunk: Buffer) => output.push(chunk));
    const ended = once(engine, "end").catch((error: unknown) => {
        throw damaged((error as Error).message);
    });
    ended.catch(() => undefined);
    try {
        for (let fed = 0; engine.bytesWritten === fed;) {
            const piece = await cursor.piece(PIECE_BYTES);
            fed += piece.length;
            await Promise.race([new Promise((resolve) => engine.write(piece, resolve)), ended]);
            yield* output.splice(0);
            cursor.unread(piece.subarray(piece.length - (fed - engine.bytesWritten)));
        }
        engine.end();
        await ended;
        yield* output;
    } finally {
        engine.destroy();
    }
}

function damaged(reason: string): LinuxKitError {
    return new LinuxKitError("CodecDamaged", `a gzip member is damaged: ${reason}`, { codec: "gzip", reason });
}
