import { type Chunks, type Cursor, openCursor } from "../codec";
import type { Content, Entry, EntryHeader, EntryStream } from "../tree/entry";
import { refused } from "./error";
import { openLedger } from "./ledger";
import { type ArchiveLimits, defaultLimits } from "./limits";
import { checkSymlink, normalizePath } from "./path";
import { type Extended, parsePax } from "./pax";
import { BLOCK_BYTES, type TarHeader, decodeName, isZero, parseHeader } from "./tar-header";

/** Extended headers before one entry. */
const MAX_EXTENSIONS = 16;

/**
 * The entries of an uncompressed tar (ustar, pax, GNU long names, extended attributes as SCHILY.xattr), less the root itself.
 * The input is taken for hostile: whatever leaves the root, repeats itself, is no part of a root filesystem or exceeds
 * the limits is an error that names the entry (`ArchiveRefused`). A content must be read before the next entry is asked for.
 */
export async function* readTar(source: Chunks, limits: Partial<ArchiveLimits> = {}): EntryStream {
    const bounds = { ...defaultLimits, ...limits };
    const ledger = openLedger(bounds);
    const cursor = openCursor(source, () => refused("it is truncated"));
    try {
        for await (const { header, extended } of members(cursor, bounds)) {
            const sizeBytes = bodySize(header, extended);
            const padding = -sizeBytes & (BLOCK_BYTES - 1);
            const body = openBody(cursor, sizeBytes);
            const entry = toEntry(header, extended, body.content, bounds);
            checkSize(entry?.path ?? "", sizeBytes, cursor.position, bounds);
            if (entry !== undefined) {
                ledger.admit(entry);
                yield entry;
            }
            await body.finish();
            await cursor.skip(padding);
        }
        await checkEnd(cursor);
    } finally {
        await cursor.close();
    }
}

type Extension = { -readonly [K in keyof Extended]: Extended[K] };

interface Member {
    readonly header: TarHeader;
    readonly extended: Extended;
}

async function* members(cursor: Cursor, limits: ArchiveLimits): AsyncGenerator<Member, void, undefined> {
    const globals: Extension = {};
    let extended: Extension = {};
    let extensions = 0;
    for (let block = await headerBlock(cursor); !isZero(block); block = await headerBlock(cursor)) {
        const header = parseHeader(block);
        const extension = await readExtension(header, cursor, limits);
        if (extension === undefined) {
            yield { header, extended: { ...globals, ...extended } };
            extended = {};
            extensions = 0;
        } else if (++extensions > MAX_EXTENSIONS) {
            throw refused("it has too many extended headers", header.name);
        } else {
            Object.assign(header.type === "g" ? globals : extended, extension);
        }
    }
}

async function headerBlock(cursor: Cursor): Promise<Buffer> {
    const isFirst = cursor.position === 0;
    const block = await cursor.header(BLOCK_BYTES);
    if (block === undefined) {
        throw refused(isFirst ? "it is empty" : "it is truncated: its end marker is missing");
    }
    return block;
}

async function readExtension(header: TarHeader, cursor: Cursor, limits: ArchiveLimits): Promise<Extended | undefined> {
    if (!"xgLK".includes(header.type)) {
        return undefined;
    }
    if (header.sizeBytes > limits.maxHeaderBytes) {
        throw refused(`its extended header is larger than ${limits.maxHeaderBytes} bytes`, header.name);
    }
    const bytes = (await cursor.header(header.sizeBytes)) ?? Buffer.alloc(0);
    await cursor.skip(-header.sizeBytes & (BLOCK_BYTES - 1));
    if (header.type === "L" || header.type === "K") {
        const name = decodeName(bytes.subarray(0, bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0)));
        return header.type === "L" ? { path: name } : { linkPath: name };
    }
    const extension = parsePax(bytes);
    return header.type === "g" ? globalOnly(extension, header) : extension;
}

function globalOnly(extension: Extended, header: TarHeader): Extended {
    if (extension.path !== undefined || extension.linkPath !== undefined || extension.sizeBytes !== undefined) {
        throw refused("a global header gives every entry one path or size", header.name);
    }
    return extension;
}

function bodySize(header: TarHeader, extended: Extended): number {
    const sizeBytes = extended.sizeBytes ?? header.sizeBytes;
    return "123456".includes(header.type) ? 0 : sizeBytes;
}

function checkSize(path: string, sizeBytes: number, position: number, limits: ArchiveLimits): void {
    if (sizeBytes > limits.maxEntryBytes) {
        throw refused(`it is ${sizeBytes} bytes large, more than ${limits.maxEntryBytes}`, path);
    }
    if (position + sizeBytes > limits.maxTotalBytes) {
        throw refused(`the whole is larger than ${limits.maxTotalBytes} bytes`, path);
    }
}

interface Body {
    readonly content: Content;
    /** Skips what was not read; what is asked of the content later is an error. */
    finish(): Promise<void>;
}

function openBody(cursor: Cursor, sizeBytes: number): Body {
    let left = sizeBytes;
    async function* chunks() {
        if (left < sizeBytes) {
            throw new Error("the content of an archive's entry can be read once, before the next entry");
        }
        while (left > 0) {
            const chunk = await cursor.piece(left);
            left -= chunk.length;
            yield chunk;
        }
    }
    return {
        content: { sizeBytes, chunks },
        async finish() {
            const unread = left;
            left = 0;
            await cursor.skip(unread);
        },
    };
}

function toEntry(header: TarHeader, extended: Extended, content: Content, limits: ArchiveLimits): Entry | undefined {
    const path = normalizePath(extended.path ?? header.name, limits);
    const isDirectory =
        header.type === "5" || ("0\0".includes(header.type) && (extended.path ?? header.name).endsWith("/"));
    if (path === "") {
        if (isDirectory) {
            return undefined;
        }
        throw refused("only a folder can be the root", extended.path ?? header.name);
    }
    const common: EntryHeader = {
        path,
        mode: header.mode,
        uid: extended.uid ?? header.uid,
        gid: extended.gid ?? header.gid,
        mtime: extended.mtime ?? header.mtime,
        ...(extended.xattrs === undefined ? {} : { xattrs: extended.xattrs }),
    };
    return isDirectory ? { ...common, type: "directory" } : ofType(common, header, extended, content, limits);
}

function ofType(
    common: EntryHeader,
    header: TarHeader,
    extended: Extended,
    content: Content,
    limits: ArchiveLimits,
): Entry {
    const target = extended.linkPath ?? header.linkName;
    switch (header.type) {
        case "0":
        case "\0":
        case "7":
            return { ...common, type: "file", content };
        case "1":
            return { ...common, type: "hardlink", target: normalizePath(target, limits) };
        case "2":
            return { ...common, type: "symlink", target: checkSymlink(common.path, target, limits) };
        case "3":
        case "4":
            return {
                ...common,
                type: header.type === "3" ? "character" : "block",
                major: header.major,
                minor: header.minor,
            };
        case "6":
            return { ...common, type: "fifo" };
        default:
            throw refused(`its type ${JSON.stringify(header.type)} is not supported`, common.path);
    }
}

/** After the end marker only zeros may come, and not without end. */
async function checkEnd(cursor: Cursor): Promise<void> {
    let length = 0;
    for await (const chunk of cursor.rest()) {
        length += chunk.length;
        if (!isZero(chunk) || length > 2 ** 26) {
            throw refused("there is something after its end");
        }
    }
}
