import type { Chunks } from "../codec";
import type { Content, EntryStream } from "./entry";

/** What an error is to be told as: a reader knows less of what it reads than who gave it that. */
export type Explain = (error: unknown) => unknown;

/** The same entries and contents, whose errors are explained. */
export async function* explained(entries: EntryStream, explain: Explain): EntryStream {
    try {
        for await (const entry of entries) {
            yield entry.type === "file" ? { ...entry, content: explainedContent(entry.content, explain) } : entry;
        }
    } catch (error) {
        throw await explain(error);
    }
}

function explainedContent(content: Content, explain: Explain): Content {
    return { sizeBytes: content.sizeBytes, chunks: () => explainedChunks(content.chunks(), explain) };
}

/** The same bytes, whose error is explained. */
export async function* explainedChunks(chunks: Chunks, explain: Explain): AsyncGenerator<Buffer, void, undefined> {
    try {
        yield* chunks;
    } catch (error) {
        throw await explain(error);
    }
}
