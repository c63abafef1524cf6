import { createHash, createHmac } from "node:crypto";

/** Node's own hash, in the form that the signer asks for. */
export class Sha256 {
    readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

    constructor(secret?: unknown) {
        this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string | Uint8Array);
    }

    update(data: Uint8Array): void {
        this.#hash.update(data);
    }

    async digest(): Promise<Uint8Array> {
        return this.#hash.digest();
    }

    reset(): void {
        throw new Error("A hash is used once");
    }
}
