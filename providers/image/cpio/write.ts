import path from "node:path/posix";

import type { Entry, EntryStream } from "../tree/entry";
import { exactly } from "../tree/exactly";
import { type CpioHeader, TRAILER, checkExpressible, encodeHeader, fileTypes, pad } from "./header";

const FIRST_INODE = 721;
const ARCHIVE_ALIGNMENT = 512;

/**
 * One complete cpio of the entries, in their order, as LinuxKit writes it: inodes from 721, padded to 512 bytes.
 * A hard link becomes a relative symlink, as it does there: a stream cannot know an earlier file's number of links.
 */
export async function* writeCpio(entries: EntryStream): AsyncGenerator<Buffer, void, undefined> {
    let length = 0;
    let inode = FIRST_INODE;
    for await (const entry of entries) {
        for await (const chunk of encodeEntry(entry, inode++)) {
            length += chunk.length;
            yield chunk;
        }
    }
    const trailer = encodeHeader({ ...plainHeader, inode: 0, name: TRAILER });
    yield trailer;
    yield Buffer.alloc(-(length + trailer.length) & (ARCHIVE_ALIGNMENT - 1));
}

const plainHeader: Omit<CpioHeader, "inode" | "name"> = {
    mode: 0,
    uid: 0,
    gid: 0,
    links: 1,
    mtime: 0,
    sizeBytes: 0,
    major: 0,
    minor: 0,
};

async function* encodeEntry(entry: Entry, inode: number): AsyncGenerator<Buffer, void, undefined> {
    const target = linkTarget(entry);
    const sizeBytes = entry.type === "file" ? entry.content.sizeBytes : Buffer.byteLength(target);
    checkExpressible(entry, sizeBytes, target);
    yield encodeHeader({
        inode,
        mode: entryMode(entry),
        uid: entry.uid,
        gid: entry.gid,
        links: entry.type === "directory" ? 2 : 1,
        mtime: entry.mtime,
        sizeBytes,
        major: "major" in entry ? entry.major : 0,
        minor: "minor" in entry ? entry.minor : 0,
        name: entry.path,
    });
    if (entry.type === "file") {
        yield* exactly(entry);
    } else if (target !== "") {
        yield Buffer.from(target);
    }
    yield Buffer.alloc(pad(sizeBytes) - sizeBytes);
}

/** Type and permissions as they stand in the archive; the kernel gives every symlink 0777. */
export function entryMode(entry: Entry): number {
    const isLink = entry.type === "symlink" || entry.type === "hardlink";
    return fileTypes[entry.type] | (isLink ? 0o777 : entry.mode);
}

/** Where an entry that is a symlink in the archive points to; empty for every other one. */
export function linkTarget(entry: Entry): string {
    if (entry.type === "hardlink") {
        return path.relative(path.dirname(`/${entry.path}`), `/${entry.target}`);
    }
    return entry.type === "symlink" ? entry.target : "";
}
