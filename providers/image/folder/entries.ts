import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { GENERATED_MTIME } from "../tree/content";
import type { Content, EntryHeader, EntryStream } from "../tree/entry";
import { openFolderHash } from "./digest";
import { type FolderNode, scanFolder } from "./scan";

/**
 * A folder's entries, owned by root. Every content has to be read: at the end the folder must have been what `digest` says.
 * @throws LinuxKitError FolderChanged, FolderUnreadable
 */
export async function* folderEntries(root: string, digest: string): EntryStream {
    const hash = openFolderHash();
    for await (const node of scanFolder(root)) {
        const common: EntryHeader = { path: node.path, mode: node.mode, uid: 0, gid: 0, mtime: GENERATED_MTIME };
        if (node.type === "file") {
            const read = hashedContent(node);
            yield { ...common, type: "file", content: read.content };
            hash.add(node, read.sha256());
        } else {
            yield node.type === "directory"
                ? { ...common, type: "directory" }
                : { ...common, type: "symlink", mode: 0o777, target: node.target };
            hash.add(node, "");
        }
    }
    if (hash.digest() !== digest) {
        throw new LinuxKitError(
            "FolderChanged",
            `the folder ${root} is no longer what it was when the image was planned: run again`,
            { folder: root },
        );
    }
}

function hashedContent(node: FolderNode): { content: Content; sha256: () => string } {
    const hash = createHash("sha256");
    async function* chunks() {
        for await (const chunk of createReadStream(node.location, { highWaterMark: 1 << 20 })) {
            hash.update(chunk as Buffer);
            yield chunk as Buffer;
        }
    }
    return { content: { sizeBytes: node.sizeBytes, chunks }, sha256: () => hash.digest("hex") };
}
