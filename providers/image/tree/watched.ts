import type { Chunks } from "../codec";
import { explainedChunks } from "./explained";

/** Bytes that remember why they could not be read: a decoder that stumbles over them first tells another reason. */
export interface Watched {
    chunks(): AsyncIterable<Buffer>;
    /** Why they cannot be read, undefined where they can: those that were never read to their end are, now. */
    failure(): Promise<unknown>;
}

export function watch(open: () => Chunks): Watched {
    let failure: unknown;
    const chunks = () => explainedChunks(open(), (error) => (failure = error));
    return {
        chunks,
        async failure() {
            if (failure === undefined) {
                await toEnd(chunks()).catch(() => undefined);
            }
            return failure;
        },
    };
}

async function toEnd(chunks: Chunks): Promise<void> {
    for await (const _ of chunks) {
        // Only the end is of interest.
    }
}
