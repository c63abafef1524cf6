import { bothWords } from "../disk/iso/encode";
import type { TreeNode } from "./tree";

/** The System Use field of a directory's record, and what of it had to go elsewhere. */
export interface SystemUse {
    readonly bytes: Buffer;
    readonly continuations: readonly Continuation[];
}

export interface Continuation {
    readonly place: ContinuationPlace;
    readonly bytes: Buffer;
}

/** Within the continuation area, in bytes. */
export interface ContinuationPlace {
    readonly offset: number;
    readonly length: number;
}

const CONTINUATION_BYTES = 28;
const SECTOR_BYTES = 2048;

/** Gives out places in the continuation area; none crosses a sector. */
export class ContinuationArea {
    #end = 0;

    /** `firstSector` is where the area begins. */
    constructor(readonly firstSector: number) {}

    get sectors(): number {
        return Math.ceil(this.#end / SECTOR_BYTES);
    }

    place(length: number): ContinuationPlace {
        const room = SECTOR_BYTES - (this.#end % SECTOR_BYTES);
        const offset = length > room ? this.#end + room : this.#end;
        this.#end = offset + length;
        return { offset, length };
    }

    /** SUSP 5.1, CE. */
    pointer({ offset, length }: ContinuationPlace): Buffer {
        const sector = this.firstSector + Math.floor(offset / SECTOR_BYTES);
        return entry("CE", Buffer.concat([sector, offset % SECTOR_BYTES, length].map(bothWords)));
    }
}

/** Fits entries into `room` bytes, and what does not fit into the area, as often as it takes. */
export function systemUse(entries: readonly Buffer[], room: number, area: ContinuationArea): SystemUse {
    const total = lengthOf(entries);
    if (total <= room) {
        return { bytes: Buffer.concat(entries), continuations: [] };
    }
    let fitting = 0;
    while (lengthOf(entries.slice(0, fitting + 1)) + CONTINUATION_BYTES <= room) {
        fitting++;
    }
    const rest = entries.slice(fitting);
    const next = systemUse(rest, SECTOR_BYTES, area);
    const place = area.place(next.bytes.length);
    const bytes = Buffer.concat([...entries.slice(0, fitting), area.pointer(place)]);
    return { bytes, continuations: [{ place, bytes: next.bytes }, ...next.continuations] };
}

function lengthOf(entries: readonly Buffer[]): number {
    return entries.reduce((sum, { length }) => sum + length, 0);
}

const MODES = {
    file: 0o100000,
    directory: 0o040000,
    symlink: 0o120000,
    character: 0o020000,
    block: 0o060000,
    fifo: 0o010000,
} as const;

/** What RRIP 4.1 says of a node: PX, TF, and by its kind PN or SL. */
export function attributeEntries(node: TreeNode): Buffer[] {
    const { entry: header, names, children } = node;
    const folders = [...(children?.values() ?? [])].filter((child) => child.children !== undefined);
    const links = children === undefined ? names : 2 + folders.length;
    const attributes = [MODES[header.type] | header.mode, links, header.uid, header.gid];
    return [
        entry("PX", Buffer.concat(attributes.map(bothWords))),
        entry("TF", Buffer.concat([Buffer.from([TF_MODIFY]), shortDate(header.mtime)])),
        ...("major" in header ? [entry("PN", Buffer.concat([header.major, header.minor].map(bothWords)))] : []),
        ...(header.type === "symlink" ? linkEntries(header.target) : []),
    ];
}

const TF_MODIFY = 2;
const CONTINUES = 1;
const MAX_ENTRY_BYTES = 255;
const HEADER_BYTES = 4;

/** RRIP 4.1.4, NM: a name, in as many entries as it takes. */
export function nameEntries(name: Buffer): Buffer[] {
    const most = MAX_ENTRY_BYTES - HEADER_BYTES - 1;
    const parts = slices(name, most);
    return parts.map((part, index) => {
        const flags = index + 1 < parts.length ? CONTINUES : 0;
        return entry("NM", Buffer.concat([Buffer.from([flags]), part]));
    });
}

/** RRIP 4.1.3, SL: a link's target, component by component. */
function linkEntries(target: string): Buffer[] {
    const most = MAX_ENTRY_BYTES - HEADER_BYTES - 1;
    const groups: Buffer[][] = [[]];
    for (const part of components(target)) {
        const last = groups.at(-1) ?? [];
        if (lengthOf(last) + part.length > most) {
            groups.push([part]);
        } else {
            last.push(part);
        }
    }
    return groups.map((group, index) => {
        const flags = index + 1 < groups.length ? CONTINUES : 0;
        return entry("SL", Buffer.concat([Buffer.from([flags]), ...group]));
    });
}

const ROOT = Buffer.from([8, 0]);
const special: Readonly<Record<string, Buffer>> = { ".": Buffer.from([2, 0]), "..": Buffer.from([4, 0]) };
const MAX_COMPONENT_BYTES = 240;

function components(target: string): Buffer[] {
    const names = target.split("/");
    const absolute = target.startsWith("/");
    return [
        ...(absolute ? [ROOT] : []),
        ...names.slice(absolute ? 1 : 0).flatMap((name) => special[name] ?? component(Buffer.from(name))),
    ];
}

function component(name: Buffer): Buffer[] {
    const parts = slices(name, MAX_COMPONENT_BYTES);
    return parts.map((part, index) => {
        const flags = index + 1 < parts.length ? CONTINUES : 0;
        return Buffer.concat([Buffer.from([flags, part.length]), part]);
    });
}

function slices(bytes: Buffer, most: number): Buffer[] {
    const count = Math.max(1, Math.ceil(bytes.length / most));
    return Array.from({ length: count }, (_, index) => bytes.subarray(index * most, (index + 1) * most));
}

/** The root's own record begins with SP (SUSP 5.3) and says who extends it with ER (SUSP 5.5). */
export function rootEntries(): { readonly first: Buffer; readonly last: Buffer } {
    const id = Buffer.from("RRIP_1991A");
    const text = Buffer.from("THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS");
    return {
        first: entry("SP", Buffer.from([0xbe, 0xef, 0])),
        last: entry("ER", Buffer.concat([Buffer.from([id.length, text.length, 0, 1]), id, text])),
    };
}

function entry(signature: string, data: Buffer): Buffer {
    const length = HEADER_BYTES + data.length;
    return Buffer.concat([Buffer.from(signature), Buffer.from([length, 1]), data]);
}

/** ECMA-119, 9.1.5: seven bytes, the years from 1900. */
export function shortDate(seconds: number): Buffer {
    const at = new Date(seconds * 1000);
    const date = [at.getUTCFullYear() - 1900, at.getUTCMonth() + 1, at.getUTCDate()];
    return Buffer.from([...date, at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), 0]);
}
