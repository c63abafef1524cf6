import { gzipSync, zstdCompressSync } from "node:zlib";

import { encodeHeader, pad } from "../../providers/image/cpio/header";
import { makeMember, makePax, type TarMember } from "../image/archive/make-tar";
import { makeAr } from "../image/debian/support/make-deb";

/** A piece of a binary file, told in text. */
type Part =
    { readonly text: string } | { readonly hex: string } | { readonly zeros: number } | EntryPart | ComposedPart;

type EntryPart =
    | { readonly member: TarMember }
    | { readonly pax: Readonly<Record<string, string>>; readonly type?: string }
    | { readonly cpio: Partial<typeof blank>; readonly body?: string };

type ComposedPart =
    | { readonly repeat: readonly Part[]; readonly times: number }
    | { readonly aligned: readonly Part[] }
    | { readonly ar: readonly (readonly [name: string, parts: readonly Part[]])[] }
    | { readonly gzip: readonly Part[] }
    | { readonly zstd: readonly Part[] };

/** A seed that is no text: what it shows, and what it consists of. */
export interface Recipe {
    readonly shows: string;
    readonly parts: readonly Part[];
}

export function bytesOf(parts: readonly Part[]): Buffer {
    return Buffer.concat(parts.map(partBytes));
}

function partBytes(part: Part): Buffer {
    if ("text" in part) {
        return Buffer.from(part.text);
    }
    if ("hex" in part) {
        return Buffer.from(part.hex, "hex");
    }
    if ("zeros" in part) {
        return Buffer.alloc(part.zeros);
    }
    return "member" in part || "pax" in part || "cpio" in part ? entryBytes(part) : composed(part);
}

function entryBytes(part: EntryPart): Buffer {
    if ("member" in part) {
        return makeMember(part.member);
    }
    return "pax" in part ? makePax(part.pax, part.type) : cpioBytes(part.cpio, part.body);
}

function composed(part: ComposedPart): Buffer {
    if ("repeat" in part) {
        return Buffer.concat(Array<Buffer>(part.times).fill(bytesOf(part.repeat)));
    }
    if ("aligned" in part) {
        const bytes = bytesOf(part.aligned);
        return Buffer.concat([bytes, Buffer.alloc(pad(bytes.length) - bytes.length)]);
    }
    if ("ar" in part) {
        return makeAr(part.ar.map(([name, parts]) => [name, bytesOf(parts)]));
    }
    return "gzip" in part ? gzipSync(bytesOf(part.gzip)) : zstdCompressSync(bytesOf(part.zstd));
}

const blank = {
    inode: 1,
    mode: 0o100644,
    uid: 0,
    gid: 0,
    links: 1,
    mtime: 0,
    sizeBytes: 0,
    major: 0,
    minor: 0,
    name: "",
};

function cpioBytes(header: Partial<typeof blank>, text = ""): Buffer {
    const body = Buffer.from(text);
    const padding = Buffer.alloc(pad(body.length) - body.length);
    return Buffer.concat([encodeHeader({ ...blank, sizeBytes: body.length, ...header }), body, padding]);
}
