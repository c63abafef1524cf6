/** A reader of ISO 9660 volumes with one El Torito image that shares nothing with the writer. */
export interface IsoVolume {
    readonly label: string;
    readonly sectors: number;
    /** Files by path as the volume names them, directories with a slash at the end. */
    readonly files: ReadonlyMap<string, { readonly sector: number; readonly bytes: Buffer }>;
    readonly boot: { readonly platform: number; readonly sector: number; readonly loadSectors: number };
}

const SECTOR = 2048;

export function readIso(disk: Buffer): IsoVolume {
    const sector = (number: number, count = 1) => disk.subarray(number * SECTOR, (number + count) * SECTOR);
    const primary = sector(16);
    expect([primary[0], primary.toString("latin1", 1, 6), primary[6]]).toEqual([1, "CD001", 1]);
    expect([sector(17)[0], sector(18)[0]]).toEqual([0, 255]);
    const files = new Map<string, { sector: number; bytes: Buffer }>();
    const places = new Map<string, number>();

    function walk(at: number, sizeBytes: number, path: string, parent: number): void {
        places.set(path, at);
        const content = disk.subarray(at * SECTOR, at * SECTOR + sizeBytes);
        const names: string[] = [];
        for (let offset = 0; offset < content.length;) {
            const length = content[offset]!;
            if (length === 0) {
                offset = (Math.floor(offset / SECTOR) + 1) * SECTOR;
                continue;
            }
            expect(Math.floor(offset / SECTOR)).toBe(Math.floor((offset + length - 1) / SECTOR));
            const record = content.subarray(offset, offset + length);
            offset += length;
            const [start, size] = [both(record, 2), both(record, 10)];
            const name = record.toString("latin1", 33, 33 + record[32]!);
            if (name === "\0" || name === "\u0001") {
                expect(start).toBe(name === "\0" ? at : parent);
            } else if (record[25]! & 2) {
                names.push(name);
                files.set(`${path}${name}/`, { sector: start, bytes: Buffer.alloc(0) });
                walk(start, size, `${path}${name}/`, at);
            } else {
                names.push(name);
                files.set(path + name, { sector: start, bytes: disk.subarray(start * SECTOR, start * SECTOR + size) });
            }
        }
        expect(names).toEqual(names.toSorted());
    }
    const root = primary.subarray(156, 190);
    walk(both(root, 2), both(root, 10), "", both(root, 2));
    expectPathTables(primary, disk, places);
    return {
        label: primary.toString("latin1", 40, 72).trimEnd(),
        sectors: both(primary, 80),
        files,
        boot: bootEntry(sector(17), sector),
    };
}

function both(bytes: Buffer, at: number): number {
    expect(bytes.readUInt32LE(at)).toBe(bytes.readUInt32BE(at + 4));
    return bytes.readUInt32LE(at);
}

/** Each directory, with its parent, in either byte order. */
function expectPathTables(primary: Buffer, disk: Buffer, places: ReadonlyMap<string, number>): void {
    const length = both(primary, 132);
    for (const order of ["LE", "BE"] as const) {
        const start = order === "LE" ? primary.readUInt32LE(140) : primary.readUInt32BE(148);
        const table = disk.subarray(start * SECTOR, start * SECTOR + length);
        const paths: string[] = [];
        for (let at = 0; at < table.length;) {
            const name = table.toString("latin1", at + 8, at + 8 + table[at]!);
            const parent = paths[table[`readUInt16${order}`](at + 6) - 1] ?? "";
            const path = name === "\0" ? "" : `${parent}${name}/`;
            paths.push(path);
            expect(places.get(path)).toBe(table[`readUInt32${order}`](at + 2));
            at += 8 + table[at]! + (table[at]! % 2);
        }
        expect(paths.toSorted()).toEqual([...places.keys()].toSorted());
    }
}

function bootEntry(record: Buffer, sector: (number: number) => Buffer) {
    expect(record.toString("latin1", 7, 30)).toBe("EL TORITO SPECIFICATION");
    const catalog = sector(record.readUInt32LE(71));
    let sum = 0;
    for (let at = 0; at < 32; at += 2) {
        sum = (sum + catalog.readUInt16LE(at)) % 65_536;
    }
    expect([catalog[0], catalog.readUInt16LE(30), sum]).toEqual([1, 0xaa55, 0]);
    expect([catalog[32], catalog[33]]).toEqual([0x88, 0]);
    return { platform: catalog[1]!, sector: catalog.readUInt32LE(40), loadSectors: catalog.readUInt16LE(38) };
}
