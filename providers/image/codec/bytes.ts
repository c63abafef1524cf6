export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/** The same bytes in buffers of exactly `size`, the last one shorter: what a codec sees no longer depends on its source. */
export async function* rechunk(source: Chunks, size: number): AsyncGenerator<Buffer, void, undefined> {
    let pending: Buffer[] = [];
    let length = 0;
    for await (const chunk of source) {
        let rest = chunk;
        while (length + rest.length >= size) {
            const take = size - length;
            yield join([...pending, rest.subarray(0, take)]);
            rest = rest.subarray(take);
            pending = [];
            length = 0;
        }
        if (rest.length > 0) {
            pending.push(rest);
            length += rest.length;
        }
    }
    if (length > 0) {
        yield join(pending);
    }
}

function join(parts: readonly Buffer[]): Buffer {
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
