import { Readable, pipeline, type Transform } from "node:stream";

import type { Chunks } from "./bytes";

/** Sends `source` through a stream of node:zlib, which works on libuv's thread pool; leaving the loop early ends both. */
export async function* through(source: Chunks, engine: Transform): AsyncGenerator<Buffer, void, undefined> {
    const finished = new Promise<void>((resolve, reject) => {
        pipeline(Readable.from(source, { objectMode: true, highWaterMark: 2 }), engine, (error) =>
            error ? reject(error) : resolve(),
        );
    });
    finished.catch(() => undefined);
    try {
        for await (const chunk of engine) {
            yield chunk as Buffer;
        }
    } catch (error) {
        await finished;
        throw error;
    }
    await finished;
}
