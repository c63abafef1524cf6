import { SECTOR_BYTES } from "../disk/bytes";
import { GENERATED_MTIME } from "../tree/content";

export const FOOTER_BYTES = 512;
export const NO_OFFSET = 0xffff_ffff_ffff_ffffn;
/** What Hyper-V writes at most, and QEMU reads. */
export const MAX_VHD_BYTES = 2040 * 2 ** 30;

const EPOCH_2000 = 946_684_800;

export interface FooterFields {
    readonly type: "fixed" | "dynamic";
    readonly sizeBytes: number;
    /** 32 bytes that a UUID is made of. */
    readonly identity: Buffer;
}

/**
 * "Hard Disk Footer Format" of Microsoft's Virtual Hard Disk Image Format Specification 1.0. The creator is Hyper-V's
 * `win `: for one it does not know, QEMU takes the size from the geometry, which is less.
 */
export function vhdFooter({ type, sizeBytes, identity }: FooterFields): Buffer {
    const footer = Buffer.alloc(FOOTER_BYTES);
    footer.write("conectix", 0, "latin1");
    footer.writeUInt32BE(2, 8);
    footer.writeUInt32BE(0x0001_0000, 12);
    footer.writeBigUInt64BE(type === "fixed" ? NO_OFFSET : BigInt(FOOTER_BYTES), 16);
    footer.writeUInt32BE(GENERATED_MTIME - EPOCH_2000, 24);
    footer.write("win ", 28, "latin1");
    footer.writeUInt32BE(0x0006_0002, 32);
    footer.write("Wi2k", 36, "latin1");
    footer.writeBigUInt64BE(BigInt(sizeBytes), 40);
    footer.writeBigUInt64BE(BigInt(sizeBytes), 48);
    writeGeometry(footer, sizeBytes / SECTOR_BYTES);
    footer.writeUInt32BE(type === "fixed" ? 2 : 3, 60);
    uuidFrom(identity).copy(footer, 68);
    footer.writeUInt32BE(checksum(footer), 64);
    return footer;
}

/** The one's complement of the sum of all bytes, the checksum's own as zero. */
export function checksum(bytes: Buffer): number {
    return ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
}

/** "Appendix: CHS Calculation". */
function writeGeometry(footer: Buffer, sectors: number): void {
    const { cylinders, heads, sectorsPerTrack } = geometry(Math.min(sectors, 65_535 * 16 * 255));
    footer.writeUInt16BE(cylinders, 56);
    footer.writeUInt8(heads, 58);
    footer.writeUInt8(sectorsPerTrack, 59);
}

function geometry(sectors: number): { cylinders: number; heads: number; sectorsPerTrack: number } {
    const from = (heads: number, sectorsPerTrack: number) => ({
        cylinders: Math.floor(Math.floor(sectors / sectorsPerTrack) / heads),
        ...{ heads, sectorsPerTrack },
    });
    if (sectors >= 65_535 * 16 * 63) {
        return from(16, 255);
    }
    const heads = Math.max(4, Math.floor((Math.floor(sectors / 17) + 1023) / 1024));
    if (heads <= 16 && Math.floor(sectors / 17) < heads * 1024) {
        return from(heads, 17);
    }
    return Math.floor(sectors / 31) < 16 * 1024 ? from(16, 31) : from(16, 63);
}

/** RFC 9562, 5.8: version 8, of the maker's own making. */
function uuidFrom(identity: Buffer): Buffer {
    const uuid = Buffer.from(identity.subarray(0, 16));
    uuid[6] = 0x80 | ((uuid[6] ?? 0) & 0x0f);
    uuid[8] = 0x80 | ((uuid[8] ?? 0) & 0x3f);
    return uuid;
}
