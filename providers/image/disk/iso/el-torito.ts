import { CD_SECTOR_BYTES } from "./file";

/** Platform of a boot catalog ("El Torito" 1.0, section 2.1; UEFI, section 13.3.2.1). */
export const PC = 0;
export const EFI = 0xef;

export interface BootImage {
    readonly platform: typeof PC | typeof EFI;
    readonly sector: number;
    /**
     * Sectors of 512 bytes that a BIOS loads. For UEFI, 0 means: up to the volume's end, however large (section 13.3.2.1);
     * the field holds no more than 32 MiB.
     */
    readonly loadSectors: number;
}

const BOOTABLE = 0x88;
const INFO_OFFSET = 8;
const INFO_BYTES = 56;

/** A catalog with one image, not emulating a disk ("El Torito" 1.0, section 2). */
export function bootCatalog({ platform, sector, loadSectors }: BootImage): Buffer {
    const bytes = Buffer.alloc(CD_SECTOR_BYTES);
    bytes[0] = 1;
    bytes[1] = platform;
    bytes.write("LINUXKIT", 4, "latin1");
    bytes.writeUInt16LE(0xaa55, 30);
    bytes.writeUInt16LE(-wordSum(bytes.subarray(0, 32)) & 0xffff, 28);
    bytes[32] = BOOTABLE;
    bytes.writeUInt16LE(loadSectors, 38);
    bytes.writeUInt32LE(sector, 40);
    return bytes;
}

function wordSum(bytes: Buffer): number {
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 2) {
        sum += bytes.readUInt16LE(at);
    }
    return sum;
}

/** Tells isolinux.bin where it is: mkisofs' "boot information table" (mkisofs(8), EL TORITO BOOT INFORMATION TABLE). */
export function withBootInfo(loader: Buffer, sector: number, volumeSector: number): Buffer {
    const bytes = Buffer.from(loader);
    bytes.fill(0, INFO_OFFSET, INFO_OFFSET + INFO_BYTES);
    bytes.writeUInt32LE(volumeSector, INFO_OFFSET);
    bytes.writeUInt32LE(sector, INFO_OFFSET + 4);
    bytes.writeUInt32LE(bytes.length, INFO_OFFSET + 8);
    bytes.writeUInt32LE(doubleWordSum(bytes.subarray(INFO_OFFSET + INFO_BYTES)), INFO_OFFSET + 12);
    return bytes;
}

function doubleWordSum(bytes: Buffer): number {
    const whole = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    let sum = 0;
    for (let at = 0; at < whole.length; at += 4) {
        sum = (sum + whole.readUInt32LE(at)) >>> 0;
    }
    return sum;
}
