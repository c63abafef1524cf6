export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;
