export interface FoundNode {
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly mtime: number;
    readonly links: number;
    readonly inode: number;
    readonly device: number;
    readonly data: Buffer;
    readonly xattrs: Readonly<Record<string, string>>;
}

const BLOCK = 4096;
const prefixes: Readonly<Record<number, string>> = {
    1: "user.",
    2: "system.posix_acl_access",
    3: "system.posix_acl_default",
    4: "trusted.",
    6: "security.",
};

/** Every path of an EROFS image, read from fs/erofs/erofs_fs.h alone, with what the kernel checks checked. */
export function readErofs(image: Buffer): Map<string, FoundNode> {
    expect(image.readUInt32LE(1024)).toBe(0xe0f5e1e2);
    expect(image[1024 + 12]).toBe(12);
    expect(image.readUInt32LE(1024 + 36) * BLOCK).toBe(image.length);
    const found = new Map<string, FoundNode>();
    const root = image.readUInt16LE(1024 + 14) * 32;
    walk(image, root, root, "", found);
    const inodes = new Set([...found.values()].map(({ inode }) => inode));
    expect(Number(image.readBigUInt64LE(1024 + 16))).toBe(inodes.size);
    return found;
}

function walk(image: Buffer, offset: number, parent: number, path: string, found: Map<string, FoundNode>): void {
    const node = readNode(image, offset);
    found.set(path, node);
    if ((node.mode & 0o170000) !== 0o040000) {
        return;
    }
    const items = readDirectory(node.data);
    expect(items.map(({ name }) => name)).toEqual(
        items.map(({ name }) => name).toSorted((a, b) => Buffer.compare(a, b)),
    );
    for (const { name, inode, type } of items) {
        const text = name.toString();
        if (text === "." || text === "..") {
            expect(inode).toBe(text === "." ? offset : parent);
            continue;
        }
        const child = path === "" ? text : `${path}/${text}`;
        walk(image, inode, offset, child, found);
        const types: Record<number, number> = { 0o10: 1, 0o04: 2, 0o02: 3, 0o06: 4, 0o01: 5, 0o12: 7 };
        expect(type).toBe(types[(found.get(child)?.mode ?? 0) >> 12]);
    }
}

function readNode(image: Buffer, offset: number): FoundNode {
    const format = image.readUInt16LE(offset);
    expect(format & 1).toBe(1);
    const count = image.readUInt16LE(offset + 2);
    const xattrBytes = count === 0 ? 0 : 12 + 4 * (count - 1);
    const mode = image.readUInt16LE(offset + 4);
    const sizeBytes = Number(image.readBigUInt64LE(offset + 8));
    const isDevice = [0o02, 0o06].includes(mode >> 12);
    const inline = format >> 1 === 2;
    const full = inline ? Math.floor(sizeBytes / BLOCK) * BLOCK : sizeBytes;
    const start = isDevice ? 0 : image.readUInt32LE(offset + 16) * BLOCK;
    const tail = offset + 64 + xattrBytes;
    if (inline && sizeBytes > full) {
        expect(Math.floor(tail / BLOCK)).toBe(Math.floor((tail + sizeBytes - full - 1) / BLOCK));
    }
    return {
        ...{ mode, inode: offset },
        uid: image.readUInt32LE(offset + 24),
        gid: image.readUInt32LE(offset + 28),
        mtime: Number(image.readBigUInt64LE(offset + 32)),
        links: image.readUInt32LE(offset + 44),
        device: isDevice ? image.readUInt32LE(offset + 16) : 0,
        data: Buffer.concat([image.subarray(start, start + full), image.subarray(tail, tail + sizeBytes - full)]),
        xattrs: readXattrs(image.subarray(offset + 64, tail)),
    };
}

function readXattrs(body: Buffer): Record<string, string> {
    const found: Record<string, string> = {};
    for (let at = 12; at < body.length;) {
        const [nameLength = 0, index = 0] = body.subarray(at);
        const valueLength = body.readUInt16LE(at + 2);
        const name = body.toString("utf8", at + 4, at + 4 + nameLength);
        const value = body.subarray(at + 4 + nameLength, at + 4 + nameLength + valueLength);
        found[`${prefixes[index]}${name}`] = value.toString("latin1");
        at += Math.ceil((4 + nameLength + valueLength) / 4) * 4;
    }
    return found;
}

function readDirectory(data: Buffer) {
    const items: { readonly name: Buffer; readonly inode: number; readonly type: number }[] = [];
    for (let start = 0; start < data.length; start += BLOCK) {
        const block = data.subarray(start, start + BLOCK);
        const count = block.readUInt16LE(8) / 12;
        for (let index = 0; index < count; index++) {
            const nameAt = block.readUInt16LE(index * 12 + 8);
            const next = index + 1 < count ? block.readUInt16LE((index + 1) * 12 + 8) : block.length;
            const name = block.subarray(nameAt, next);
            const end = name.indexOf(0);
            const inode = Number(block.readBigUInt64LE(index * 12)) * 32;
            items.push({ name: end < 0 ? name : name.subarray(0, end), inode, type: block.readUInt8(index * 12 + 10) });
        }
    }
    return items;
}
