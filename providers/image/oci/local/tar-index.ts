import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";

import { refused } from "../../archive/error";
import { type Extended, parsePax } from "../../archive/pax";
import { BLOCK_BYTES, decodeName, isZero, parseHeader, type TarHeader } from "../../archive/tar-header";
import { readAt } from "./read-at";

/** Where a file's bytes stand in a tar. */
export interface TarMember {
    readonly offset: number;
    readonly sizeBytes: number;
}

/** Regular files, as they are written today, were by V7, and are where they lie in one piece. */
const FILE_TYPES: ReadonlySet<string> = new Set(["0", "\0", "7"]);
const MAX_MEMBERS = 100_000;
const MAX_HEADER_BYTES = 1 << 20;
const MAX_LINKS = 16;

/**
 * The files of a tar by name, links followed; bodies are passed over unread. Of a name that comes twice the last one counts.
 * @throws LinuxKitError ArchiveRefused
 */
export async function indexTar(file: string): Promise<ReadonlyMap<string, TarMember>> {
    const handle = await open(file, "r");
    try {
        return await indexOf(handle);
    } finally {
        await handle.close();
    }
}

async function indexOf(file: FileHandle): Promise<ReadonlyMap<string, TarMember>> {
    const { size } = await file.stat();
    const members = new Map<string, TarMember>();
    const links = new Map<string, string>();
    for await (const { name, header, extended, offset, sizeBytes } of headers(file)) {
        if (offset + sizeBytes > size) {
            throw refused("it is truncated", name);
        }
        if (FILE_TYPES.has(header.type)) {
            members.set(name, { offset, sizeBytes });
        } else if (header.type === "1" || header.type === "2") {
            const target = extended.linkPath ?? header.linkName;
            links.set(name, clean(header.type === "1" ? target : path.posix.join(path.posix.dirname(name), target)));
        }
        if (members.size + links.size > MAX_MEMBERS) {
            throw refused(`there are more than ${MAX_MEMBERS} files`, name);
        }
    }
    return withLinks(members, links);
}

/** Older versions of `docker save` wrote a layer that two images share once, and a link to it. */
function withLinks(members: Map<string, TarMember>, links: ReadonlyMap<string, string>): Map<string, TarMember> {
    for (const name of links.keys()) {
        let target = name;
        for (let steps = 0; steps < MAX_LINKS && !members.has(target); steps++) {
            target = links.get(target) ?? target;
        }
        const member = members.get(target);
        if (member !== undefined) {
            members.set(name, member);
        }
    }
    return members;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Member {
    readonly name: string;
    readonly header: TarHeader;
    readonly extended: Extended;
    readonly offset: number;
    readonly sizeBytes: number;
}

async function* headers(file: FileHandle): AsyncGenerator<Member, void, undefined> {
    let extended: Mutable<Extended> = {};
    for (let position = 0; ;) {
        const block = await readAt(file, position, BLOCK_BYTES);
        if (block.length < BLOCK_BYTES) {
            throw refused(position === 0 ? "it is no tar" : "it is truncated: its end marker is missing");
        }
        if (isZero(block)) {
            return;
        }
        const header = parseHeader(block);
        const offset = position + BLOCK_BYTES;
        const isExtension = "xLKg".includes(header.type);
        const sizeBytes = isExtension ? header.sizeBytes : (extended.sizeBytes ?? header.sizeBytes);
        const bodyBytes = "123456".includes(header.type) ? 0 : sizeBytes;
        if (isExtension) {
            Object.assign(extended, await readExtension(file, header, offset));
        } else {
            yield { name: clean(extended.path ?? header.name), header, extended, offset, sizeBytes: bodyBytes };
            extended = {};
        }
        position = offset + bodyBytes + (-bodyBytes & (BLOCK_BYTES - 1));
    }
}

async function readExtension(file: FileHandle, header: TarHeader, offset: number): Promise<Extended> {
    if (header.sizeBytes > MAX_HEADER_BYTES) {
        throw refused(`its extended header is larger than ${MAX_HEADER_BYTES} bytes`, header.name);
    }
    const bytes = await readAt(file, offset, header.sizeBytes);
    switch (header.type) {
        case "x":
            return parsePax(bytes);
        case "L":
            return { path: untilZero(bytes) };
        case "K":
            return { linkPath: untilZero(bytes) };
        default:
            return {};
    }
}

function untilZero(bytes: Buffer): string {
    const end = bytes.indexOf(0);
    return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

function clean(name: string): string {
    return path.posix.normalize(name).replace(/^\/+|\/+$/g, "");
}
