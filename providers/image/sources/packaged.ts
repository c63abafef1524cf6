import { createReadStream } from "node:fs";
import path from "node:path";

import { scanFolder } from "../folder";
import { GENERATED_MTIME } from "../tree/content";
import { digestEntries } from "../tree/digest";
import type { EntryHeader, EntryStream } from "../tree/entry";

/** The files that ship beside the code, which is compiled into `dist/` at the package's root. */
const packaged = __filename.endsWith(".ts")
    ? path.join(__dirname, "../base")
    : path.join(__dirname, "../../../../providers/image/base");

export function builtinEntries(name: string): EntryStream {
    return packagedEntries(path.join("components", name));
}

/** Files of a folder that ships with us, owned by root; of their permissions only "executable" is told apart, as git and npm do. */
export async function* packagedEntries(folder: string): EntryStream {
    for await (const node of scanFolder(path.join(packaged, folder))) {
        const mode = node.type === "file" && (node.mode & 0o100) === 0 ? 0o644 : 0o755;
        const header: EntryHeader = { path: node.path, mode, uid: 0, gid: 0, mtime: GENERATED_MTIME };
        if (node.type === "file") {
            const chunks = () => createReadStream(node.location) as AsyncIterable<Buffer>;
            yield { ...header, type: "file", content: { sizeBytes: node.sizeBytes, chunks } };
        } else {
            yield node.type === "directory"
                ? { ...header, type: "directory" }
                : { ...header, type: "symlink", mode: 0o777, target: node.target };
        }
    }
}

/** Hex SHA-256 over a built-in component's files. */
export function builtinDigest(name: string): Promise<string> {
    return digestEntries(builtinEntries(name));
}
