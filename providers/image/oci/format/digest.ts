import { createHash } from "node:crypto";

/** `sha256:<hex>`, the form that this project verifies. */
export type Digest = `sha256:${string}`;

const FORM = /^sha256:[0-9a-f]{64}$/;

/** Undefined for anything but a whole SHA-256. */
export function asDigest(text: string): Digest | undefined {
    return FORM.test(text) ? (text as Digest) : undefined;
}

export function digestOf(bytes: Buffer): Digest {
    return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function hexOf(digest: Digest): string {
    return digest.slice("sha256:".length);
}
