import { createHash } from "node:crypto";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Payload } from "./input";

export function payloadOf(data: string | Buffer): Payload {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    return {
        sizeBytes: bytes.length,
        async *chunks() {
            if (bytes.length > 0) {
                yield bytes;
            }
        },
    };
}

export function totalBytes(parts: readonly Payload[]): number {
    return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** One after the other. */
export function joined(parts: readonly Payload[]): Payload {
    return {
        sizeBytes: totalBytes(parts),
        async *chunks() {
            for (const part of parts) {
                yield* part.chunks();
            }
        },
    };
}

/** The bytes of a payload, which must be as many as it said: a place was measured for them. */
export async function* exactly(payload: Payload, name: string): AsyncGenerator<Buffer, void, undefined> {
    let length = 0;
    for await (const chunk of payload.chunks()) {
        length += chunk.length;
        if (length > payload.sizeBytes) {
            break;
        }
        yield chunk;
    }
    if (length !== payload.sizeBytes) {
        throw new LinuxKitError(
            "DiskContent",
            `${name} has not the ${payload.sizeBytes} bytes it began with: was it changed while the disk was written?`,
            { name, sizeBytes: payload.sizeBytes },
        );
    }
}

/** SHA-256 over names, sizes and bytes: what the identifiers of a disk are derived from. */
export async function digestOf(
    kind: string,
    files: readonly { readonly path: string; readonly parts: readonly Payload[] }[],
): Promise<Buffer> {
    const hash = createHash("sha256").update(`${kind}\0`);
    for (const { path, parts } of files) {
        for (const part of parts) {
            hash.update(`${path}\0${part.sizeBytes}\0`);
            for await (const chunk of exactly(part, path)) {
                hash.update(chunk);
            }
        }
    }
    return hash.digest();
}
