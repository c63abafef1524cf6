import { createHash } from "node:crypto";

/** A UUID of what it names (RFC 9562, version 8: of our own making), in its text's byte order. */
export function uuidOf(digest: Buffer, name: string): Buffer {
    const bytes = createHash("sha256").update(digest).update(name).digest().subarray(0, 16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes;
}

/** 32 bits of what it names, never 0. */
export function serialOf(digest: Buffer, name: string): number {
    return createHash("sha256").update(digest).update(name).digest().readUInt32LE() || 1;
}

/** A UUID in text as GPT stores it: the first three fields with their least byte first (UEFI, appendix A). */
export function guidBytes(text: string): Buffer {
    return mixedEndian(Buffer.from(text.replaceAll("-", ""), "hex"));
}

export function mixedEndian(uuid: Buffer): Buffer {
    const bytes = Buffer.from(uuid);
    bytes.subarray(0, 4).reverse();
    bytes.subarray(4, 6).reverse();
    bytes.subarray(6, 8).reverse();
    return bytes;
}
