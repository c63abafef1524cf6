import { crc32 } from "node:zlib";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Payload } from "../disk";
import { joined, payloadOf } from "../disk/payload";
import { GENERATED_MTIME } from "../tree/content";

const MAGIC = 0x2705_1956;
const HEADER_BYTES = 64;
const LINUX = 5;
const ARM64 = 22;
const TYPES = { kernel: 2, ramdisk: 3, script: 6 } as const;
const COMPRESSIONS = { none: 0, gzip: 1 } as const;
const MAX_BYTES = 2 ** 32 - 1;

export interface UBootImage {
    readonly type: keyof typeof TYPES;
    /** What U-Boot is to undo. */
    readonly compression: keyof typeof COMPRESSIONS;
    /** Where a kernel is put, and begins. */
    readonly address: number;
    readonly name: string;
}

/**
 * An image for U-Boot's `bootm` and `source` on arm64, as `mkimage` makes it: a header of 64 bytes in front of the payload,
 * which is read once more for its checksum. Follows U-Boot's include/image.h, `struct legacy_img_hdr`.
 *
 * Errors: `FileTooLarge` for 4 GiB and more.
 */
export async function uBootImage(payload: Payload, image: UBootImage): Promise<Payload> {
    const { sizeBytes } = payload;
    if (sizeBytes > MAX_BYTES) {
        const text = `the ${image.type} is ${sizeBytes} bytes large, and an image for U-Boot may be ${MAX_BYTES} at most`;
        throw new LinuxKitError("FileTooLarge", text, { sizeBytes, limitBytes: MAX_BYTES });
    }
    let checksum = 0;
    for await (const chunk of payload.chunks()) {
        checksum = crc32(chunk, checksum);
    }
    return joined([payloadOf(header(image, sizeBytes, checksum)), payload]);
}

/** A script's text has a list of lengths in front, which a zero ends. */
export function scriptPayload(text: string): Payload {
    const bytes = Buffer.from(text);
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(bytes.length, 0);
    return payloadOf(Buffer.concat([lengths, bytes]));
}

function header({ type, compression, address, name }: UBootImage, sizeBytes: number, checksum: number): Buffer {
    const bytes = Buffer.alloc(HEADER_BYTES);
    [MAGIC, 0, GENERATED_MTIME, sizeBytes, address, address, checksum].forEach((value, index) =>
        bytes.writeUInt32BE(value, index * 4),
    );
    bytes.set([LINUX, ARM64, TYPES[type], COMPRESSIONS[compression]], 28);
    bytes.write(name, 32, 32, "latin1");
    bytes.writeUInt32BE(crc32(bytes), 4);
    return bytes;
}
