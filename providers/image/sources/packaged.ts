import { readFile } from "node:fs/promises";
import path from "node:path";

import { scanFolder } from "../folder";
import { generatedDirectory } from "../tree/compose";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import { digestEntries } from "../tree/digest";
import type { Entry, EntryStream } from "../tree/entry";

/** The files ship beside the code, which is compiled into `dist/` at the package's root. */
const components = __filename.endsWith(".ts")
    ? path.join(__dirname, "../base/components")
    : path.join(__dirname, "../../../../providers/image/base/components");

const owner = { uid: 0, gid: 0, mtime: GENERATED_MTIME };
/** The machine's own busybox, which is mounted there, runs the scripts. */
const shell: Entry = { ...owner, type: "symlink", path: "bin/sh", mode: 0o777, target: "/usr/bin/busybox" };

/** The root filesystem of a built-in component: scripts, told by their first line whatever a checkout did to their modes. */
export async function* builtinEntries(name: string): EntryStream {
    yield* [generatedDirectory("bin"), shell, generatedDirectory("run"), generatedDirectory("tmp", 0o1777)];
    yield* componentFiles(name);
}

/** Only the files that this package brings of a component. */
export async function* componentFiles(name: string): EntryStream {
    for await (const node of scanFolder(path.join(components, name))) {
        if (node.type === "file") {
            const bytes = await readFile(node.location);
            const mode = bytes.subarray(0, 2).toString() === "#!" ? 0o755 : 0o644;
            yield { ...owner, type: "file", path: node.path, mode, content: contentOf(bytes) };
        } else if (node.type === "directory") {
            yield generatedDirectory(node.path);
        }
    }
}

/** Hex SHA-256 over a built-in component's files. */
export function builtinDigest(name: string): Promise<string> {
    return digestEntries(builtinEntries(name));
}
