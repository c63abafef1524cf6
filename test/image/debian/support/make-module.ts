/** A kernel module as far as modprobe's indexes go: an ELF64 object whose one section of note is .modinfo. */
export function makeModule(modinfo: readonly string[], padding = 0): Buffer {
    const info = Buffer.from(modinfo.map((pair) => `${pair}\0`).join(""), "latin1");
    const names = Buffer.from("\0.modinfo\0.shstrtab\0", "latin1");
    const body = Buffer.concat([info, names, Buffer.alloc(padding)]);
    const header = Buffer.alloc(64);
    header.write("\x7fELF\x02\x01\x01", "latin1");
    header.writeBigUInt64LE(BigInt(64 + body.length), 0x28);
    header.writeUInt16LE(64, 0x3a);
    header.writeUInt16LE(3, 0x3c);
    header.writeUInt16LE(2, 0x3e);
    const sections = [section(0, 0, 0), section(1, 64, info.length), section(10, 64 + info.length, names.length)];
    return Buffer.concat([header, body, ...sections]);
}

function section(name: number, offset: number, size: number): Buffer {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32LE(name, 0);
    bytes.writeBigUInt64LE(BigInt(offset), 0x18);
    bytes.writeBigUInt64LE(BigInt(size), 0x20);
    return bytes;
}
