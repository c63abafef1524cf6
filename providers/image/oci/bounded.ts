import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Digest, digestOf } from "./format/digest";

/**
 * All of a small document.
 * @throws LinuxKitError OciTooLarge
 */
export async function readBounded(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limitBytes: number,
    name: string,
): Promise<Buffer> {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) {
            throw new LinuxKitError(
                "OciTooLarge",
                `${name} is larger than the ${limitBytes} bytes that are read of one.`,
                {
                    name,
                    limitBytes,
                },
            );
        }
        parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts);
}

/** @throws LinuxKitError OciDigest */
export function verified(bytes: Buffer, digest: Digest, name: string): Buffer {
    const actual = digestOf(bytes);
    if (actual !== digest) {
        throw wrongDigest(name, digest, actual);
    }
    return bytes;
}

export function wrongDigest(name: string, expected: string, actual: string): LinuxKitError {
    return new LinuxKitError(
        "OciDigest",
        `${name} is not what it should be: it has the digest ${actual}, not ${expected}.`,
        {
            name,
            expected,
            actual,
        },
    );
}
