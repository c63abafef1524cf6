import type { Chunks } from "./bytes";

/** A byte stream read front to back: small headers whole, bodies in whatever pieces they come. */
export interface Cursor {
    /** Bytes taken so far. */
    readonly position: number;
    /** Exactly `length` bytes, a copy of them, or undefined where the stream ends cleanly before the first of them. */
    header(length: number): Promise<Buffer | undefined>;
    /** Exactly `length` bytes, a copy of them. */
    required(length: number): Promise<Buffer>;
    /** The next `length` bytes in pieces, each good until something else is asked of the cursor. */
    body(length: number): AsyncGenerator<Buffer, void, undefined>;
    /** Between one and `limit` bytes, whatever is at hand; good until something else is asked of the cursor. */
    piece(limit: number): Promise<Buffer>;
    skip(length: number): Promise<void>;
    /** Puts bytes back, to be read next. */
    unread(bytes: Buffer): void;
    /** All that is left. */
    rest(): AsyncGenerator<Buffer, void, undefined>;
    /** Ends the source. */
    close(): Promise<void>;
}

/** `truncated` makes the error for a stream that ends too early. */
export function openCursor(source: Chunks, truncated: () => Error): Cursor {
    return new ChunkCursor(source, truncated);
}

class ChunkCursor implements Cursor {
    readonly #chunks: AsyncGenerator<Buffer, void, undefined>;
    readonly #truncated: () => Error;
    #current: Buffer = Buffer.alloc(0);
    #received = 0;

    constructor(source: Chunks, truncated: () => Error) {
        this.#chunks = (async function* () {
            yield* source;
        })();
        this.#truncated = truncated;
    }

    get position(): number {
        return this.#received - this.#current.length;
    }

    async header(length: number): Promise<Buffer | undefined> {
        while (this.#current.length < length) {
            const before = Buffer.from(this.#current);
            if (!(await this.#advance())) {
                if (before.length > 0) {
                    throw this.#truncated();
                }
                return undefined;
            }
            this.#current = before.length === 0 ? this.#current : Buffer.concat([before, this.#current]);
        }
        return Buffer.from(this.#take(length));
    }

    async required(length: number): Promise<Buffer> {
        const bytes = await this.header(length);
        if (bytes === undefined) {
            throw this.#truncated();
        }
        return bytes;
    }

    async piece(limit: number): Promise<Buffer> {
        while (this.#current.length === 0) {
            if (!(await this.#advance())) {
                throw this.#truncated();
            }
        }
        return this.#take(limit);
    }

    async *body(length: number): AsyncGenerator<Buffer, void, undefined> {
        for (let left = length; left > 0;) {
            const part = await this.piece(left);
            left -= part.length;
            yield part;
        }
    }

    async skip(length: number): Promise<void> {
        let left = length;
        while (left > this.#current.length) {
            left -= this.#current.length;
            if (!(await this.#advance())) {
                throw this.#truncated();
            }
        }
        this.#take(left);
    }

    unread(bytes: Buffer): void {
        this.#current = this.#current.length === 0 ? bytes : Buffer.concat([bytes, this.#current]);
    }

    async *rest(): AsyncGenerator<Buffer, void, undefined> {
        do {
            yield this.#take(this.#current.length);
        } while (await this.#advance());
    }

    async close(): Promise<void> {
        await this.#chunks.return();
    }

    #take(length: number): Buffer {
        const bytes = this.#current.subarray(0, length);
        this.#current = this.#current.subarray(length);
        return bytes;
    }

    async #advance(): Promise<boolean> {
        const next = await this.#chunks.next();
        if (next.done === true) {
            return false;
        }
        this.#current = next.value;
        this.#received += next.value.length;
        return true;
    }
}
