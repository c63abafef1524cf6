import { inflateSync } from "node:zlib";

interface Grain {
    readonly sector: number;
    readonly bytes: Buffer;
}

/** What a streamOptimized VMDK holds: read along its markers, as a stream, and again through its directory. */
export function readVmdk(file: Buffer): { readonly disk: Buffer; readonly descriptor: string } {
    const header = checkHeader(file.subarray(0, 512));
    expect(header.readBigUInt64LE(56)).toBe(0xffff_ffff_ffff_ffffn);
    const capacity = Number(header.readBigUInt64LE(12));
    const { grains, tables, directory } = readStream(file);
    const disk = Buffer.alloc(capacity * 512);
    for (const [lba, { bytes }] of grains) {
        bytes.copy(disk, lba * 512);
    }
    checkTables(file, header, { grains, tables, directory });
    const start = Number(header.readBigUInt64LE(28)) * 512;
    const text = file.toString("latin1", start, start + Number(header.readBigUInt64LE(36)) * 512);
    return { disk, descriptor: text.slice(0, text.indexOf("\0")) };
}

interface Stream {
    readonly grains: ReadonlyMap<number, Grain>;
    /** First sectors of grain tables. */
    readonly tables: ReadonlySet<number>;
    /** First sector of the grain directory. */
    readonly directory: number;
}

function readStream(file: Buffer): Stream {
    const grains = new Map<number, Grain>();
    const tables = new Set<number>();
    let directory = -1;
    for (let at = Number(file.readBigUInt64LE(64)) * 512; ;) {
        const value = Number(file.readBigUInt64LE(at));
        const size = file.readUInt32LE(at + 8);
        if (size > 0) {
            const bytes = inflateSync(file.subarray(at + 12, at + 12 + size));
            expect(bytes).toHaveLength(65_536);
            grains.set(value, { sector: at / 512, bytes });
            at += Math.ceil((12 + size) / 512) * 512;
            continue;
        }
        const type = file.readUInt32LE(at + 12);
        if (type === 0) {
            expect(at + 512).toBe(file.length);
            return { grains, tables, directory };
        }
        if (type === 1) {
            tables.add(at / 512 + 1);
        } else if (type === 2) {
            directory = at / 512 + 1;
        } else {
            expect(type).toBe(3);
        }
        at += 512 + value * 512;
    }
}

function checkTables(file: Buffer, header: Buffer, { grains, tables, directory }: Stream): void {
    const footer = checkHeader(file.subarray(-1024, -512));
    expect(Number(footer.readBigUInt64LE(56))).toBe(directory);
    expect(footer.subarray(0, 56).equals(header.subarray(0, 56))).toBe(true);
    const found = new Map<number, number>();
    const entries = Math.ceil(Number(header.readBigUInt64LE(12)) / 128 / 512);
    const seen = new Set<number>();
    for (let entry = 0; entry < entries; entry++) {
        const table = file.readUInt32LE(directory * 512 + entry * 4);
        for (let index = 0; table !== 0 && index < 512; index++) {
            seen.add(table);
            const sector = file.readUInt32LE(table * 512 + index * 4);
            if (sector !== 0) {
                found.set((entry * 512 + index) * 128, sector);
            }
        }
    }
    expect(seen).toEqual(tables);
    expect(found).toEqual(new Map([...grains].map(([lba, { sector }]) => [lba, sector])));
}

function checkHeader(header: Buffer): Buffer {
    expect(header.toString("latin1", 0, 4)).toBe("KDMV");
    expect(header.readUInt32LE(4)).toBe(3);
    expect(header.readUInt32LE(8)).toBe(0x30001);
    expect(header.readBigUInt64LE(20)).toBe(128n);
    expect(header.readUInt32LE(44)).toBe(512);
    expect(header.subarray(72, 79).toString("hex")).toBe("000a200d0a0100");
    return header;
}
