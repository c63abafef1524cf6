/** One header and body of a tar, field by field, so that a test can make any of them wrong. */
export interface TarMember {
    readonly name: string;
    readonly type?: string;
    readonly mode?: number;
    readonly uid?: number;
    readonly gid?: number;
    readonly mtime?: number;
    readonly body?: Buffer | string;
    /** Instead of the body's own size. */
    readonly size?: number;
    readonly link?: string;
    readonly major?: number;
    readonly minor?: number;
    readonly gnu?: boolean;
    /** In an extended header before it. */
    readonly xattrs?: Readonly<Record<string, Buffer>>;
}

export const tarEnd = Buffer.alloc(1024);

export function makeTar(...members: readonly TarMember[]): Buffer {
    return Buffer.concat([...members.flatMap((member) => [makeXattrs(member), makeMember(member)]), tarEnd]);
}

function makeXattrs({ xattrs = {} }: TarMember): Buffer {
    const records = Object.entries(xattrs).map(([name, value]) => [`SCHILY.xattr.${name}`, value]);
    return records.length === 0 ? Buffer.alloc(0) : makePax(Object.fromEntries(records) as Record<string, Buffer>);
}

export function makeMember(member: TarMember): Buffer {
    const body = Buffer.from(member.body ?? "");
    const header = Buffer.alloc(512);
    header.write(member.name, 0, 100);
    octal(header, 100, 8, member.mode ?? 0o644);
    octal(header, 108, 8, member.uid ?? 0);
    octal(header, 116, 8, member.gid ?? 0);
    octal(header, 124, 12, member.size ?? body.length);
    octal(header, 136, 12, member.mtime ?? 0);
    header.write(member.type ?? "0", 156, "latin1");
    header.write(member.link ?? "", 157, 100);
    header.write(member.gnu === true ? "ustar  \0" : "ustar\x0000", 257, "latin1");
    octal(header, 329, 8, member.major ?? 0);
    octal(header, 337, 8, member.minor ?? 0);
    seal(header);
    return Buffer.concat([header, body, Buffer.alloc(-body.length & 511)]);
}

/** Writes the checksum that fits the rest of a header. */
export function seal(header: Buffer): Buffer {
    header.fill(0x20, 148, 156);
    const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return header;
}

export function makePax(records: Readonly<Record<string, string | Buffer>>, type = "x"): Buffer {
    const body = Object.entries(records).map(([key, value]) => paxRecord(key, Buffer.from(value)));
    return makeMember({ name: "PaxHeaders/x", type, body: Buffer.concat(body) });
}

function paxRecord(key: string, value: Buffer): Buffer {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) {
        length += 1;
    }
    return Buffer.concat([Buffer.from(String(length)), rest]);
}

function octal(header: Buffer, offset: number, length: number, value: number): void {
    if (value >= 8 ** (length - 1)) {
        header.writeBigUInt64BE(BigInt(value), offset + length - 8);
        header.writeUInt8(0x80, offset);
    } else {
        header.write(value.toString(8).padStart(length - 1, "0"), offset, "latin1");
    }
}
