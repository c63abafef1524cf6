/** Everything an iterable of buffers gives, as one; each is good until the next alone. */
export async function collect(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) {
        parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts);
}

/** `bytes` cut into pieces of the given sizes, over and over. */
export async function* cut(bytes: Buffer, ...sizes: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
    for (let offset = 0, index = 0; offset < bytes.length; index++) {
        const size = sizes[index % sizes.length] ?? bytes.length;
        yield bytes.subarray(offset, offset + size);
        offset += size;
    }
}
