/** A stream of bytes. A chunk is good until the next one is asked for: its memory may be freed or filled again then. */
export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/**
 * Frees the memory of a chunk that its readers are done with, where it is the last one in its memory. Streams of 100 MB
 * would have V8 collect garbage dozens of times for that alone.
 */
export function release({ buffer, byteOffset, byteLength }: Buffer): void {
    const isPooled = buffer.byteLength <= Buffer.poolSize;
    if (!isPooled && byteLength > 0 && byteOffset + byteLength === buffer.byteLength) {
        (buffer as ArrayBuffer).transfer(0);
    }
}

/** Chunks that stay good, for who holds several at once: a stream of Node's does. */
export async function* copies(chunks: Chunks): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
        yield Buffer.from(chunk);
    }
}
