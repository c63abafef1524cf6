import { createHash } from "node:crypto";
import { stat, utimes } from "node:fs/promises";

import type { Artifact } from "../plan";
import { writeAtomically } from "./atomic";
import { fileChunks } from "./file-chunks";

const READ_BYTES = 1 << 20;

/** Writes a file that others read as it is, and says what it is. */
export async function writePlain(target: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Artifact> {
    return writeAtomically(target, async (file) => {
        const hash = createHash("sha256");
        let sizeBytes = 0;
        for await (const chunk of chunks) {
            hash.update(chunk);
            sizeBytes += chunk.length;
            await file.writeFile(chunk);
        }
        return { sizeBytes, sha256: hash.digest("hex") };
    });
}

/** Whether a file is still what it was; if so, it counts as just used. */
export async function isIntact(target: string, artifact: Artifact): Promise<boolean> {
    const status = await stat(target).catch(() => undefined);
    if (status?.size !== artifact.sizeBytes) {
        return false;
    }
    const hash = createHash("sha256");
    try {
        for await (const chunk of fileChunks(target, { highWaterMark: READ_BYTES })) {
            hash.update(chunk);
        }
        const now = new Date();
        await utimes(target, now, now);
    } catch {
        return false;
    }
    return hash.digest("hex") === artifact.sha256;
}
