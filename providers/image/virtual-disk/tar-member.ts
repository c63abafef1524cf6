import { LinuxKitError } from "../../../sdk/assembly/error";
import { GENERATED_MTIME } from "../tree/content";

const BLOCK_BYTES = 512;
/** Eleven octal digits. */
const MAX_OCTAL_BYTES = 8 * 2 ** 30 - 1;

export interface TarMember {
    readonly name: string;
    readonly sizeBytes: number;
    /** POSIX.1-1988, or what GNU tar wrote before, which knows sizes of 8 GiB and more. */
    readonly dialect: "ustar" | "oldgnu";
}

/** What ends an archive: two blocks of zeros. */
export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

/** The header of a regular file of mode 0644 that belongs to root. Errors: `DiskTooLarge` for 8 GiB and more in ustar. */
export function tarMember({ name, sizeBytes, dialect }: TarMember): Buffer {
    const header = Buffer.alloc(BLOCK_BYTES);
    header.write(name, 0, 100, "latin1");
    header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
    writeSize(header, sizeBytes, name, dialect);
    header.write(`${octal(GENERATED_MTIME, 11)}\0`, 136, "latin1");
    header.write("        0", 148, "latin1");
    header.write(dialect === "ustar" ? "ustar\0" + "00" : "ustar  \0", 257, "latin1");
    header.write("root", 265, "latin1");
    header.write("root", 297, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${octal(sum, 6)}\0 `, 148, "latin1");
    return header;
}

/** Zeros that fill a member's last block. */
export function tarPadding(sizeBytes: number): Buffer {
    return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

function writeSize(header: Buffer, sizeBytes: number, name: string, dialect: TarMember["dialect"]): void {
    if (sizeBytes <= MAX_OCTAL_BYTES) {
        header.write(`${octal(sizeBytes, 11)}\0`, 124, "latin1");
    } else if (dialect === "oldgnu") {
        // Base-256: the first bit set, the number big-endian in the field's end.
        header[124] = 0x80;
        header.writeBigUInt64BE(BigInt(sizeBytes), 128);
    } else {
        throw new LinuxKitError(
            "DiskTooLarge",
            `${name} is ${sizeBytes} bytes long, and a file in a ustar archive, which an .ova is, may be ${MAX_OCTAL_BYTES} at most: ship the disk by itself, as vmdk`,
            { sizeBytes, limitBytes: MAX_OCTAL_BYTES },
        );
    }
}

function octal(value: number, digits: number): string {
    return value.toString(8).padStart(digits, "0");
}
