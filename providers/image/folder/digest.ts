import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type FolderNode, scanFolder } from "./scan";

/** Hashes nodes in the order of a scan; the content's hash is given for files. */
export interface FolderHash {
    add(node: FolderNode, contentSha256: string): void;
    digest(): string;
}

export function openFolderHash(): FolderHash {
    const hash = createHash("sha256");
    return {
        add({ path, type, mode, target }, contentSha256) {
            const permissions = type === "symlink" ? 0 : mode;
            hash.update(`${JSON.stringify([path, type, permissions, target, contentSha256])}\n`);
        },
        digest: () => hash.digest("hex"),
    };
}

/**
 * Hex SHA-256 over a folder's names, types, permissions, link targets and contents; nothing is ignored, and neither
 * owners nor times count: an image gives everything to root, with one fixed time.
 * @throws LinuxKitError FolderUnreadable
 */
export async function digestFolder(root: string, signal: AbortSignal): Promise<string> {
    const hash = openFolderHash();
    for await (const node of scanFolder(root)) {
        signal.throwIfAborted();
        hash.add(node, node.type === "file" ? (await hashFile(node.location)).digest("hex") : "");
    }
    return hash.digest();
}

export async function hashFile(location: string): Promise<Hash> {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(location, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
    }
    return hash;
}
