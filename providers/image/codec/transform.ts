import type { Transform } from "node:stream";

import { type Chunks, release } from "./bytes";

/**
 * Sends `source` through a stream of node:zlib, which works on libuv's thread pool, in pieces of exactly `pieceBytes`, the last
 * one shorter: what a codec sees does not depend on its source. Leaving the loop early ends both.
 */
export async function* through(
    source: Chunks,
    engine: Transform,
    pieceBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
    const fed = feed(source, writer(engine), pieceBytes).then(() => void engine.end());
    fed.catch((error: unknown) => engine.destroy(error as Error));
    try {
        for await (const chunk of engine as AsyncIterable<Buffer>) {
            yield chunk;
            release(chunk);
        }
    } catch (error) {
        await fed;
        throw error;
    }
    await fed;
}

/** Of two pieces one is filled while the engine works on the other, and both are filled again: none becomes garbage. */
export async function feed(source: Chunks, write: Write, pieceBytes: number): Promise<void> {
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
    [filling, other].forEach((piece) => piece && release(piece));
}

type Write = (piece: Buffer) => Promise<void>;

function writer(engine: Transform): Write {
    const whileOpen = untilClosed(engine);
    return (piece) => whileOpen((done) => engine.write(piece, done));
}

/** What waits for a callback of one of zlib's streams fails with it: those that fail or are left say nothing to a callback. */
export function untilClosed(engine: Transform): (act: (done: (error?: Error | null) => void) => void) => Promise<void> {
    const closed = new Promise<never>((_, reject) => {
        engine.once("close", () => reject(engine.errored ?? new Error("the stream was closed")));
    });
    closed.catch(() => undefined);
    return (act) => {
        const done = new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
        return Promise.race([done, closed]);
    };
}
