import { createReadStream } from "node:fs";

import { release } from "../codec/bytes";

/** Where in a file, both ends included, and how much at once. */
export interface FileChunksOptions {
    readonly highWaterMark: number;
    readonly start?: number;
    readonly end?: number;
}

/** A file's bytes, each chunk good until the next one is asked for. */
export async function* fileChunks(path: string, options: FileChunksOptions): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of createReadStream(path, options) as AsyncIterable<Buffer>) {
        yield chunk;
        release(chunk);
    }
}
