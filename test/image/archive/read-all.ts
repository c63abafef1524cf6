import { type ArchiveLimits, readTar } from "../../../providers/image/archive";
import type { Entry } from "../../../providers/image/tree/entry";
import { collect } from "../codec/collect";

export type Plain = Omit<Entry, "content"> & { readonly text?: string };

/** Every entry with its content as text. */
export async function readAll(bytes: Buffer, limits: Partial<ArchiveLimits> = {}): Promise<Plain[]> {
    const entries: Plain[] = [];
    for await (const entry of readTar([bytes], limits)) {
        if (entry.type === "file") {
            const { content, ...rest } = entry;
            entries.push({ ...rest, text: (await collect(content.chunks())).toString() });
        } else {
            entries.push(entry);
        }
    }
    return entries;
}
