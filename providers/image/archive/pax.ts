import { refused } from "./error";
import { decodeName } from "./tar-header";

/** What extended headers (POSIX.1-2001 pax, and GNU's long names) say of the entry after them. */
export interface Extended {
    readonly path?: string;
    readonly linkPath?: string;
    readonly sizeBytes?: number;
    readonly uid?: number;
    readonly gid?: number;
    readonly mtime?: number;
    readonly xattrs?: Readonly<Record<string, Buffer>>;
}

const XATTR = "SCHILY.xattr.";

const MAX_XATTRS = 256;

export function parsePax(records: Buffer): Extended {
    const fields = new Map<string, unknown>();
    const xattrs = new Map<string, Buffer>();
    for (const [key, value] of paxRecords(records)) {
        if (key.startsWith(XATTR)) {
            xattrs.set(key.slice(XATTR.length), Buffer.from(value));
        } else {
            interpret(key, value, fields);
        }
        if (xattrs.size > MAX_XATTRS) {
            throw refused(`it has more than ${MAX_XATTRS} extended attributes`, decodeStart(records));
        }
    }
    const extended: Extended = Object.fromEntries(fields);
    return xattrs.size === 0 ? extended : { ...extended, xattrs: Object.fromEntries(xattrs) };
}

/** Records are "<length> <key>=<value>\n", the length counting itself. */
function* paxRecords(records: Buffer): Generator<[string, Buffer]> {
    for (let offset = 0; offset < records.length;) {
        const space = records.indexOf(0x20, offset);
        const digits = space < 0 || space - offset > 10 ? "" : records.toString("latin1", offset, space);
        const length = /^[1-9][0-9]*$/.test(digits) ? Number(digits) : 0;
        const equals = records.indexOf(0x3d, space);
        const end = offset + length;
        if (length === 0 || end > records.length || records[end - 1] !== 0x0a || equals < 0 || equals >= end) {
            throw refused("an extended header is malformed", decodeStart(records));
        }
        yield [decodeName(records.subarray(space + 1, equals)), records.subarray(equals + 1, end - 1)];
        offset = end;
    }
}

function interpret(key: string, value: Buffer, fields: Map<string, unknown>): void {
    if (key.startsWith("GNU.sparse.")) {
        throw refused("it is a sparse file, which is not supported", key);
    }
    switch (key) {
        case "path":
            fields.set("path", decodeName(value));
            break;
        case "linkpath":
            fields.set("linkPath", decodeName(value));
            break;
        case "size":
            fields.set("sizeBytes", decimal(key, value));
            break;
        case "uid":
        case "gid":
            fields.set(key, decimal(key, value));
            break;
        case "mtime":
            fields.set(
                "mtime",
                decimal(key, value.subarray(0, value.includes(0x2e) ? value.indexOf(0x2e) : undefined)),
            );
            break;
    }
}

function decimal(key: string, value: Buffer): number {
    const digits = value.toString("latin1");
    const number = Number(digits);
    if (!/^[0-9]+$/.test(digits) || !Number.isSafeInteger(number)) {
        throw refused(`the extended header ${key} is no number`, digits);
    }
    return number;
}

function decodeStart(bytes: Buffer): string {
    return bytes.toString("latin1", 0, 100);
}
