import { cleanPath, type Item, type ItemType } from "./item";

const BLOCK = 512;
const types: Readonly<Record<string, ItemType>> = {
    "0": "file",
    "\0": "file",
    "1": "hardlink",
    "2": "symlink",
    "3": "character",
    "4": "block",
    "5": "directory",
    "6": "fifo",
};
/** Records that stand for a field of the header. */
const fieldRecords = new Set(["path", "linkpath", "size", "uid", "gid", "mtime", "atime", "ctime"]);

/** Every entry of a tar in its order, read by nothing that the project writes tars with. */
export function readTar(tar: Buffer): Item[] {
    const items: Item[] = [];
    let records: Record<string, string> = {};
    for (let at = 0; tar[at] !== 0;) {
        const header = headerAt(tar, at);
        const sizeBytes = Number(records["size"] ?? header.sizeBytes);
        const body = tar.subarray(at + BLOCK, at + BLOCK + sizeBytes);
        at += BLOCK + Math.ceil(sizeBytes / BLOCK) * BLOCK;
        if (header.type === "x") {
            records = paxRecords(body);
        } else {
            items.push(toItem(header, records, body));
            records = {};
        }
        if (at >= tar.length) {
            throw new Error("the tar is truncated");
        }
    }
    return items;
}

type Header = ReturnType<typeof headerAt>;

function headerAt(tar: Buffer, at: number) {
    const text = (from: number, to: number) => tar.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const number = (from: number, to: number) =>
        (tar[at + from] ?? 0) < 0x80
            ? Number.parseInt(text(from, to) || "0", 8)
            : Number(tar.readBigUInt64BE(at + to - 8));
    const [name, prefix] = [text(0, 100), text(345, 500)];
    return {
        name: prefix === "" ? name : `${prefix}/${name}`,
        mode: number(100, 108),
        uid: number(108, 116),
        gid: number(116, 124),
        sizeBytes: number(124, 136),
        mtime: number(136, 148),
        type: tar.toString("latin1", at + 156, at + 157),
        link: text(157, 257),
        uname: text(265, 297),
        gname: text(297, 329),
        device: `${number(329, 337)}:${number(337, 345)}`,
    };
}

function paxRecords(body: Buffer): Record<string, string> {
    const records: Record<string, string> = {};
    for (let at = 0; at < body.length;) {
        const space = body.indexOf(0x20, at);
        const end = at + Number(body.toString("latin1", at, space));
        const record = body.subarray(space + 1, end - 1);
        const equals = record.indexOf(0x3d);
        const key = record.toString("utf8", 0, equals);
        records[key] = record.toString(key.startsWith("SCHILY.xattr.") ? "latin1" : "utf8", equals + 1);
        at = end;
    }
    return records;
}

function toItem(header: Header, records: Readonly<Record<string, string>>, body: Buffer): Item {
    const type = types[header.type];
    if (type === undefined) {
        throw new Error(`${header.name} has the type ${JSON.stringify(header.type)}`);
    }
    const link = records["linkpath"] ?? header.link;
    const named = Object.entries({ uname: header.uname, gname: header.gname }).filter(([, name]) => name !== "");
    const others = Object.entries(records).filter(([key]) => !fieldRecords.has(key));
    return {
        path: cleanPath(records["path"] ?? header.name),
        type,
        mode: header.mode & 0o7777,
        uid: Number(records["uid"] ?? header.uid),
        gid: Number(records["gid"] ?? header.gid),
        mtime: Math.floor(Number(records["mtime"] ?? header.mtime)),
        target: type === "hardlink" ? cleanPath(link) : type === "symlink" ? link : "",
        device: type === "character" || type === "block" ? header.device : "",
        content: body,
        records: Object.fromEntries([...named, ...others]),
    };
}
