import type { EntryStream } from "../../../../providers/image/tree/entry";

export interface TreeNode {
    readonly path: string;
    readonly type: string;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly mtime: number;
    readonly target?: string;
    readonly text?: string;
    readonly bytes?: Buffer;
}

/** Reads a stream of entries to its end, contents included. */
export async function readTree(entries: EntryStream): Promise<TreeNode[]> {
    const nodes: TreeNode[] = [];
    for await (const entry of entries) {
        const { path, type, mode, uid, gid, mtime } = entry;
        const node = { path, type, mode, uid, gid, mtime };
        if (entry.type === "file") {
            const chunks: Buffer[] = [];
            for await (const chunk of entry.content.chunks()) {
                chunks.push(Buffer.from(chunk));
            }
            const bytes = Buffer.concat(chunks);
            expect(bytes).toHaveLength(entry.content.sizeBytes);
            nodes.push({ ...node, bytes, text: bytes.toString("utf8") });
        } else {
            nodes.push("target" in entry ? { ...node, target: entry.target } : node);
        }
    }
    return nodes;
}
