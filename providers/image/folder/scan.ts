import type { Stats } from "node:fs";
import { lstat, readdir, readlink, stat } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";

/** One file, folder or symlink of a scanned folder. */
export interface FolderNode {
    /** Relative to the folder, `/`-separated. */
    readonly path: string;
    readonly location: string;
    readonly type: "file" | "directory" | "symlink";
    readonly mode: number;
    readonly sizeBytes: number;
    /** A symlink's target, else empty. */
    readonly target: string;
}

/** Everything below a folder, each folder before what is in it, in the order of the names' bytes. */
export async function* scanFolder(root: string): AsyncGenerator<FolderNode, void, undefined> {
    const status = await stat(root).catch((cause: unknown) => {
        throw unreadable(root, (cause as { code?: string }).code ?? String(cause), cause);
    });
    if (!status.isDirectory()) {
        throw unreadable(root, "it is no folder");
    }
    yield* scan(root, "");
}

async function* scan(location: string, prefix: string): AsyncGenerator<FolderNode, void, undefined> {
    const names = await readdir(location).catch((cause: unknown) => {
        throw unreadable(location, (cause as { code?: string }).code ?? String(cause), cause);
    });
    for (const name of names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        const node = await describe(path.join(location, name), `${prefix}${name}`);
        yield node;
        if (node.type === "directory") {
            yield* scan(node.location, `${node.path}/`);
        }
    }
}

async function describe(location: string, relative: string): Promise<FolderNode> {
    if (relative.includes("\ufffd")) {
        throw unreadable(location, "its name is not UTF-8");
    }
    const status = await lstat(location);
    const type = typeOf(status);
    if (type === undefined) {
        throw unreadable(location, "it is a socket, pipe or device; an image takes files, folders and symlinks");
    }
    return {
        path: relative,
        location,
        type,
        mode: status.mode & 0o7777,
        sizeBytes: type === "file" ? status.size : 0,
        target: type === "symlink" ? await readlink(location) : "",
    };
}

function typeOf(status: Stats): FolderNode["type"] | undefined {
    if (status.isFile()) {
        return "file";
    }
    return status.isDirectory() ? "directory" : status.isSymbolicLink() ? "symlink" : undefined;
}

function unreadable(location: string, reason: string, cause?: unknown): LinuxKitError {
    const text = `the folder cannot be used: ${location}: ${reason}`;
    return new LinuxKitError("FolderUnreadable", text, { location, reason }, { cause });
}
