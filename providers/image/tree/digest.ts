import { createHash } from "node:crypto";

import type { Entry, EntryStream } from "./entry";

/** Hex SHA-256 over entries in their order, contents included; times do not count. */
export async function digestEntries(entries: EntryStream | Iterable<Entry>): Promise<string> {
    const hash = createHash("sha256");
    for await (const entry of entries) {
        const { type, path, mode, uid, gid } = entry;
        const target = "target" in entry ? entry.target : "";
        const content = entry.type === "file" ? await digestContent(entry.content.chunks()) : "";
        hash.update(`${JSON.stringify([type, path, mode, uid, gid, target, content])}\n`);
    }
    return hash.digest("hex");
}

async function digestContent(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of chunks) {
        hash.update(chunk);
    }
    return hash.digest("hex");
}
