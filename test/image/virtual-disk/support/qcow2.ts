/** What a qcow2 file holds, read from docs/interop/qcow2.txt alone; every cluster must be counted once, and be of use. */
export function readQcow2(file: Buffer): Buffer {
    expect(file.toString("latin1", 0, 4)).toBe("QFI\xfb");
    expect(file.readUInt32BE(4)).toBe(3);
    const clusterBytes = 2 ** file.readUInt32BE(20);
    expect(file.length % clusterBytes).toBe(0);
    expect(file.subarray(72, 96).every((byte) => byte === 0)).toBe(true);
    const used = new Set([0]);
    const disk = readMapping(file, clusterBytes, used);
    checkRefcounts(file, clusterBytes, used);
    return disk;
}

function readMapping(file: Buffer, clusterBytes: number, used: Set<number>): Buffer {
    const sizeBytes = Number(file.readBigUInt64BE(24));
    const l1Size = file.readUInt32BE(36);
    const l1Offset = Number(file.readBigUInt64BE(40));
    use(used, l1Offset, Math.ceil((l1Size * 8) / clusterBytes), clusterBytes);
    const disk = Buffer.alloc(Math.ceil(sizeBytes / clusterBytes) * clusterBytes);
    const entries = clusterBytes / 8;
    for (let l1Index = 0; l1Index < l1Size; l1Index++) {
        const l2Offset = offsetOf(file.readBigUInt64BE(l1Offset + l1Index * 8));
        if (l2Offset === 0) {
            continue;
        }
        use(used, l2Offset, 1, clusterBytes);
        for (let l2Index = 0; l2Index < entries; l2Index++) {
            const offset = offsetOf(file.readBigUInt64BE(l2Offset + l2Index * 8));
            if (offset !== 0) {
                use(used, offset, 1, clusterBytes);
                file.copy(disk, (l1Index * entries + l2Index) * clusterBytes, offset, offset + clusterBytes);
            }
        }
    }
    expect(disk.subarray(sizeBytes).equals(Buffer.alloc(disk.length - sizeBytes))).toBe(true);
    return disk.subarray(0, sizeBytes);
}

/** An entry that points somewhere says that what it points at is its own. */
function offsetOf(entry: bigint): number {
    const offset = Number(entry & 0x00ff_ffff_ffff_fe00n);
    if (entry !== (offset === 0 ? 0n : BigInt(offset) | (1n << 63n))) {
        throw new Error(`an entry is ${entry.toString(16)}`);
    }
    return offset;
}

function checkRefcounts(file: Buffer, clusterBytes: number, used: Set<number>): void {
    expect(file.readUInt32BE(96)).toBe(4);
    const table = Number(file.readBigUInt64BE(48));
    const tableClusters = file.readUInt32BE(56);
    use(used, table, tableClusters, clusterBytes);
    const blocks: number[] = [];
    for (let index = 0; index < (tableClusters * clusterBytes) / 8; index++) {
        const block = Number(file.readBigUInt64BE(table + index * 8));
        blocks.push(block);
        if (block !== 0) {
            use(used, block, 1, clusterBytes);
        }
    }
    const counts = blocks.flatMap((block) =>
        block === 0 ? [] : Array.from({ length: clusterBytes / 2 }, (_, index) => file.readUInt16BE(block + index * 2)),
    );
    const clusters = file.length / clusterBytes;
    expect(used.size).toBe(clusters);
    expect(counts.slice(0, clusters).every((count) => count === 1)).toBe(true);
    expect(counts.slice(clusters).every((count) => count === 0)).toBe(true);
}

function use(used: Set<number>, offset: number, count: number, clusterBytes: number): void {
    expect(offset % clusterBytes).toBe(0);
    for (let cluster = offset / clusterBytes; cluster < offset / clusterBytes + count; cluster++) {
        expect(used.has(cluster)).toBe(false);
        used.add(cluster);
    }
}
