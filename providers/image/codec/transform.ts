import type { Transform } from "node:stream";

import type { Chunks } from "./bytes";

/**
 * Sends `source` through a stream of node:zlib, which works on libuv's thread pool, in pieces of exactly `pieceBytes`, the last
 * one shorter: what a codec sees does not depend on its source. Leaving the loop early ends both.
 */
export async function* through(
    source: Chunks,
    engine: Transform,
    pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
    const fed = feed(source, engine, pieceBytes);
    fed.catch((error: unknown) => engine.destroy(error as Error));
    try {
        for await (const chunk of engine) {
            yield chunk as Buffer;
        }
    } catch (error) {
        await fed;
        throw error;
    }
    await fed;
}

/** Of two pieces one is filled while the engine works on the other, and both are filled again: none becomes garbage. */
async function feed(source: Chunks, engine: Transform, pieceBytes: number): Promise<void> {
    const write = writer(engine);
    let working = Promise.resolve();
    let filling: Buffer = Buffer.allocUnsafe(pieceBytes);
    let other: Buffer | undefined;
    let length = 0;
    const send = async (): Promise<void> => {
        await working;
        working = write(filling.subarray(0, length));
        working.catch(() => undefined);
        [filling, other] = [other ?? Buffer.allocUnsafe(pieceBytes), filling];
        length = 0;
    };
    for await (const chunk of source) {
        for (let taken = 0; taken < chunk.length;) {
            const copied = chunk.copy(filling, length, taken);
            taken += copied;
            length += copied;
            if (length === pieceBytes) {
                await send();
            }
        }
    }
    if (length > 0) {
        await send();
    }
    await working;
    engine.end();
}

/** Writes and waits until the engine is done with the piece; zlib's streams that fail or are left say nothing to a write. */
function writer(engine: Transform): (piece: Buffer) => Promise<void> {
    const closed = new Promise<never>((_, reject) => {
        engine.once("close", () => reject(engine.errored ?? new Error("the stream was closed")));
    });
    closed.catch(() => undefined);
    const written = (piece: Buffer) =>
        new Promise<void>((resolve, reject) => engine.write(piece, (error) => (error ? reject(error) : resolve())));
    return (piece) => Promise.race([written(piece), closed]);
}
