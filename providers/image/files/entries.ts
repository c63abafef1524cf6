import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { FileSpec, FilesSpec } from "../../../sdk/assembly/spec";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Content, Entry, EntryHeader } from "../tree/entry";
import { findSource } from "./source";

export interface FilesContext {
    /** What names of users and groups stand for. */
    readonly users: Readonly<Record<string, number>>;
    readonly groups: Readonly<Record<string, number>>;
    /** What each `source` was resolved to, by the file's path. */
    readonly digests: Readonly<Record<string, string>>;
    /** What `metadata` writes: all that the assembly holds. */
    readonly metadata: (format: "yaml" | "json") => string;
    readonly workingDirectory: string;
}

/**
 * The entries of LinuxKit's `files`, in the order of their paths. An optional file without source is left out.
 * @throws LinuxKitError FilesInvalid, FilesAccount, FilesSource, and FilesChanged while a content is read
 */
export async function filesEntries(spec: FilesSpec, context: FilesContext): Promise<Entry[]> {
    const entries = await Promise.all(Object.entries(spec.files).map(([name, file]) => fileEntry(name, file, context)));
    return entries
        .filter((entry) => entry !== undefined)
        .toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function fileEntry(name: string, file: FileSpec, context: FilesContext): Promise<Entry | undefined> {
    const header: EntryHeader = {
        path: relativePath(name),
        mode: Number.parseInt(file.mode, 8),
        uid: accountId(name, "uid", file.uid, context.users),
        gid: accountId(name, "gid", file.gid, context.groups),
        mtime: GENERATED_MTIME,
    };
    if (file.directory) {
        return { ...header, type: "directory" };
    }
    if (file.symlink !== undefined) {
        return { ...header, type: "symlink", mode: 0o777, target: file.symlink };
    }
    const content = await fileContent(name, file, context);
    return content === undefined ? undefined : { ...header, type: "file", content };
}

async function fileContent(name: string, file: FileSpec, context: FilesContext): Promise<Content | undefined> {
    if (file.metadata !== undefined) {
        return contentOf(context.metadata(file.metadata));
    }
    if (file.source === undefined) {
        return contentOf(Buffer.from(file.contents ?? "", file.encoding));
    }
    const found = await findSource(name, file, context.workingDirectory);
    const digest = context.digests[name];
    if (found === undefined || digest === undefined) {
        return found === digest ? undefined : refuseChanged(name, file);
    }
    return { sizeBytes: found.sizeBytes, chunks: () => verified(name, file, found.location, digest) };
}

async function* verified(
    name: string,
    file: FileSpec,
    location: string,
    digest: string,
): AsyncGenerator<Buffer, void, undefined> {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(location, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
        yield chunk as Buffer;
    }
    if (hash.digest("hex") !== digest) {
        refuseChanged(name, file);
    }
}

function refuseChanged(name: string, file: FileSpec): never {
    throw new LinuxKitError(
        "FilesChanged",
        `files["${name}"].source: ${file.source} is no longer what it was when the image was planned: run again`,
        { path: name, source: file.source },
    );
}

function relativePath(name: string): string {
    const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
    if (segments.length === 0 || segments.includes("..") || name.includes("\0")) {
        throw new LinuxKitError("FilesInvalid", `files[${JSON.stringify(name)}] is no path inside the image`, {
            path: name,
        });
    }
    return segments.join("/");
}

function accountId(
    name: string,
    property: "uid" | "gid",
    value: number | string,
    known: Readonly<Record<string, number>>,
): number {
    const named = () => (Object.hasOwn(known, value) ? known[value] : undefined);
    const id = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : named();
    if (id === undefined) {
        const names = Object.keys(known).toSorted().join(", ") || "none";
        throw new LinuxKitError(
            "FilesAccount",
            `files["${name}"].${property}: neither the machine nor a container has a "${value}" (known: ${names}); use a number`,
            { path: name, property, value },
        );
    }
    return id;
}
