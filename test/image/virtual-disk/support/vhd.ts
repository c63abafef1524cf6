/** What a fixed VHD holds, its footer checked. */
export function readFixedVhd(file: Buffer): Buffer {
    const footer = checkFooter(file.subarray(-512), 2);
    expect(footer.readBigUInt64BE(16)).toBe(0xffff_ffff_ffff_ffffn);
    const sizeBytes = Number(footer.readBigUInt64BE(48));
    expect(file).toHaveLength(sizeBytes + 512);
    return file.subarray(0, sizeBytes);
}

/** What a dynamic VHD holds, read through its table and bitmaps. */
export function readDynamicVhd(file: Buffer): Buffer {
    const footer = checkFooter(file.subarray(-512), 3);
    expect(file.subarray(0, 512).equals(footer)).toBe(true);
    const header = file.subarray(Number(footer.readBigUInt64BE(16)), Number(footer.readBigUInt64BE(16)) + 1024);
    expect(header.toString("latin1", 0, 8)).toBe("cxsparse");
    expect(header.readUInt32BE(36)).toBe(complement(header, 36));
    const table = Number(header.readBigUInt64BE(16));
    const blockBytes = header.readUInt32BE(32);
    const sizeBytes = Number(footer.readBigUInt64BE(48));
    const entries = header.readUInt32BE(28);
    expect(entries).toBe(Math.ceil(sizeBytes / blockBytes));

    const disk = Buffer.alloc(entries * blockBytes);
    let next = table + Math.ceil((entries * 4) / 512) * 512;
    for (let index = 0; index < entries; index++) {
        const sector = file.readUInt32BE(table + index * 4);
        if (sector !== 0xffff_ffff) {
            expect(sector * 512).toBe(next);
            copyBlock(file, sector * 512, disk.subarray(index * blockBytes, (index + 1) * blockBytes));
            next += 512 + blockBytes;
        }
    }
    expect(file).toHaveLength(next + 512);
    return disk.subarray(0, sizeBytes);
}

/** Takes the sectors that the bitmap names, and no others: they must be zero. */
function copyBlock(file: Buffer, offset: number, target: Buffer): void {
    const zeros = Buffer.alloc(512);
    const data = file.subarray(offset + 512, offset + 512 + target.length);
    for (let sector = 0; sector < target.length / 512; sector++) {
        const bit = (file.readUInt8(offset + (sector >> 3)) >> (7 - (sector & 7))) & 1;
        const bytes = data.subarray(sector * 512, (sector + 1) * 512);
        if (bit === 1) {
            bytes.copy(target, sector * 512);
        } else if (!bytes.equals(zeros)) {
            throw new Error(`sector ${sector} of the block at ${offset} has data that its bitmap denies`);
        }
    }
}

function checkFooter(footer: Buffer, type: number): Buffer {
    expect(footer.toString("latin1", 0, 8)).toBe("conectix");
    expect(footer.readUInt32BE(8)).toBe(2);
    expect(footer.readUInt32BE(12)).toBe(0x10000);
    expect(footer.toString("latin1", 28, 32)).toBe("win ");
    expect(footer.readUInt32BE(60)).toBe(type);
    expect(footer.readUInt32BE(64)).toBe(complement(footer, 64));
    expect(footer.readBigUInt64BE(40)).toBe(footer.readBigUInt64BE(48));
    return footer;
}

function complement(bytes: Buffer, checksumAt: number): number {
    let sum = 0;
    bytes.forEach((byte, index) => {
        sum += index >= checksumAt && index < checksumAt + 4 ? 0 : byte;
    });
    return 0xffff_ffff - sum;
}
