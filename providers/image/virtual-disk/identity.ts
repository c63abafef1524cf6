import { createHash } from "node:crypto";

import type { DiskBlock } from "./blocks";

/** Stands in for the random number that a format asks for: SHA-256 over the disk's blocks, where they lie and their size. */
export class ContentIdentity {
    readonly #hash;

    /** `purpose` tells apart what different formats make of the same disk. */
    constructor(purpose: string, sizeBytes: number) {
        this.#hash = createHash("sha256").update(`${purpose}\0${sizeBytes}\0`);
    }

    add({ index, bytes }: DiskBlock): void {
        this.#hash.update(`${index}\0`).update(bytes);
    }

    /** 32 bytes; nothing can be added afterwards. */
    digest(): Buffer {
        return this.#hash.digest();
    }
}
