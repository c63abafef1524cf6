import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";

import type { Artifact } from "../../image/plan";

/** What stands at a path: nothing, a file, or something that is none. */
export type Found =
    | { readonly kind: "nothing" }
    | { readonly kind: "file"; readonly artifact: Artifact; readonly mode: number }
    | { readonly kind: "other"; readonly what: string };

const READ_BYTES = 1 << 20;

/**
 * Looks at a path, and reads the whole file: its size and its time prove nothing, since `touch -r`, `cp -p` and rsync set
 * times, and state holds none. A gigabyte takes about half a second.
 */
export async function look(file: string): Promise<Found> {
    const status = await lstat(file).catch(absent);
    if (status === undefined) {
        return { kind: "nothing" };
    }
    if (!status.isFile()) {
        const what = status.isDirectory() ? "a folder" : status.isSymbolicLink() ? "a symbolic link" : "a device";
        return { kind: "other", what };
    }
    const hash = createHash("sha256");
    let sizeBytes = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) {
        hash.update(chunk as Buffer);
        sizeBytes += (chunk as Buffer).length;
    }
    return { kind: "file", artifact: { sizeBytes, sha256: hash.digest("hex") }, mode: status.mode & 0o7777 };
}

function absent(error: NodeJS.ErrnoException): undefined {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") {
        throw error;
    }
}
