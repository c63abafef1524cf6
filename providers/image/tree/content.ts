import type { Content } from "./entry";

/** When what we make ourselves was last changed: the time LinuxKit gives to generated entries, 2017-04-18T16:30:00Z. */
export const GENERATED_MTIME = 1_492_533_000;

/** A content that is in memory already. */
export function contentOf(data: string | Buffer): Content {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    return { sizeBytes: bytes.length, chunks: () => (bytes.length === 0 ? [] : [bytes]) };
}

/** The whole of a content; its chunks may be reused by their reader, so they are copied. */
export async function collectBytes(content: Content): Promise<Buffer> {
    const bytes = Buffer.alloc(content.sizeBytes);
    let position = 0;
    for await (const chunk of content.chunks()) {
        position += chunk.copy(bytes, position);
    }
    return bytes;
}
