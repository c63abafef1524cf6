/** A reader of FAT16 and FAT32 volumes that shares nothing with the writer. */
export interface FatVolume {
    readonly bits: 16 | 32;
    readonly clusterBytes: number;
    readonly dataStart: number;
    readonly clusters: number;
    readonly label: string;
    readonly serial: number;
    /** Files by path, directories with a slash at the end. */
    readonly files: ReadonlyMap<string, FatEntry>;
}

export interface FatEntry {
    readonly short: string;
    readonly attributes: number;
    readonly cluster: number;
    readonly bytes: Buffer;
}

export function readFat(volume: Buffer): FatVolume {
    const u16 = (at: number) => volume.readUInt16LE(at);
    const u32 = (at: number) => volume.readUInt32LE(at);
    const sectorBytes = u16(11);
    const clusterBytes = sectorBytes * volume[13]!;
    const tableSectors = u16(22) || u32(36);
    const tableStart = u16(14) * sectorBytes;
    const rootStart = tableStart + volume[16]! * tableSectors * sectorBytes;
    const dataStart = rootStart + u16(17) * 32;
    const totalSectors = u16(19) || u32(32);
    const clusters = Math.floor((totalSectors * sectorBytes - dataStart) / clusterBytes);
    const bits = clusters < 65525 ? 16 : 32;
    const entryAt = (cluster: number) =>
        bits === 16 ? u16(tableStart + cluster * 2) : u32(tableStart + cluster * 4) & 0x0fffffff;
    const secondTable = volume.subarray(tableStart + tableSectors * sectorBytes, rootStart);
    expect(volume.subarray(tableStart, tableStart + tableSectors * sectorBytes).equals(secondTable)).toBe(true);

    const owners = new Map<number, string>();
    function chain(first: number, owner: string): Buffer {
        const parts: Buffer[] = [];
        for (let cluster = first; cluster < (bits === 16 ? 0xfff8 : 0x0ffffff8); cluster = entryAt(cluster)) {
            if (owners.has(cluster) || cluster < 2 || cluster >= clusters + 2) {
                throw new Error(`cluster ${cluster} of ${owner} is out of bounds or of ${owners.get(cluster)} too`);
            }
            owners.set(cluster, owner);
            const at = dataStart + (cluster - 2) * clusterBytes;
            parts.push(volume.subarray(at, at + clusterBytes));
        }
        return Buffer.concat(parts);
    }

    const files = new Map<string, FatEntry>();
    let label = "";
    function walk(directory: Buffer, path: string): void {
        let long = "";
        for (let at = 0; at < directory.length && directory[at] !== 0; at += 32) {
            const entry = directory.subarray(at, at + 32);
            const attributes = entry[11]!;
            if (attributes === 0x0f) {
                const units = Buffer.concat([entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)]);
                long = units.toString("utf16le").split("\0")[0]!.replaceAll("\uffff", "") + long;
                const sum = directory
                    .subarray(...shortAfter(directory, at))
                    .reduce((total, byte) => ((total >> 1) + (total & 1 ? 0x80 : 0) + byte) % 256, 0);
                expect(entry[13]).toBe(sum);
                continue;
            }
            const [stem, extension] = [
                entry.toString("latin1", 0, 8).trimEnd(),
                entry.toString("latin1", 8, 11).trimEnd(),
            ];
            const short = extension === "" ? stem : `${stem}.${extension}`;
            const cluster = (bits === 32 ? entry.readUInt16LE(20) << 16 : 0) | entry.readUInt16LE(26);
            const name = long === "" ? short : long;
            long = "";
            if (attributes & 8) {
                label = entry.toString("latin1", 0, 11).trimEnd();
            } else if (attributes & 16) {
                if (short !== "." && short !== "..") {
                    const bytes = chain(cluster, `${path}${name}/`);
                    files.set(`${path}${name}/`, { short, attributes, cluster, bytes: Buffer.alloc(0) });
                    walk(bytes, `${path}${name}/`);
                }
            } else {
                const sizeBytes = entry.readUInt32LE(28);
                const bytes = cluster === 0 ? Buffer.alloc(0) : chain(cluster, path + name);
                expect(Math.ceil(sizeBytes / clusterBytes) * clusterBytes).toBe(bytes.length);
                files.set(path + name, { short, attributes, cluster, bytes: bytes.subarray(0, sizeBytes) });
            }
        }
    }
    walk(bits === 16 ? volume.subarray(rootStart, dataStart) : chain(u32(44), "/"), "");
    return { bits, clusterBytes, dataStart, clusters, label, serial: u32(bits === 16 ? 39 : 67), files };
}

/** Bounds of the short name that an entry with a part of a long name belongs to. */
function shortAfter(directory: Buffer, at: number): [number, number] {
    let next = at;
    while (directory[next + 11] === 0x0f) {
        next += 32;
    }
    return [next, next + 11];
}
