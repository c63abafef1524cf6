import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const BLOCK_BYTES = 524_288;

/** SHA-256 of blocks, in hexadecimal, by index. */
export type BlockMap = ReadonlyMap<number, string>;

interface Holding {
    /** What the parent had. */
    readonly inherited: Map<number, string>;
    /** What was written since. */
    readonly written: Map<number, string>;
}

/**
 * Blocks on disk, by content: each once, however many snapshots and volumes hold it. Who holds what stands in one file
 * of lines for each holder, so that a put costs one line.
 */
export class Blocks {
    readonly #folder: string;
    readonly #holdings = new Map<string, Holding>();
    readonly #holders = new Map<string, number>();
    #partials = 0;

    constructor(folder: string) {
        this.#folder = folder;
        mkdirSync(join(folder, "blocks"), { recursive: true });
        mkdirSync(join(folder, "holders"), { recursive: true });
        readdirSync(join(folder, "holders")).forEach((holder) => this.#load(holder));
    }

    /** A new holder, with what another one holds as its start. */
    create(holder: string, parent?: BlockMap): void {
        const inherited = new Map(parent);
        const lines = [...inherited].map(([index, hash]) => `= ${index} ${hash}\n`);
        writeFileSync(this.#file(holder), lines.join(""));
        inherited.forEach((hash) => this.#hold(hash, 1));
        this.#holdings.set(holder, { inherited, written: new Map() });
    }

    /** @param check throws where the holder may not be written to any more: time passes until the data is on disk */
    async write(holder: string, index: number, data: Uint8Array, check: () => void): Promise<void> {
        const hash = createHash("sha256").update(data).digest("hex");
        this.#hold(hash, 1);
        try {
            await this.#keep(hash, data);
            check();
        } catch (error) {
            this.#release(hash);
            throw error;
        }
        const { written } = this.#holding(holder);
        appendFileSync(this.#file(holder), `+ ${index} ${hash}\n`);
        this.#release(written.get(index));
        written.set(index, hash);
    }

    /** All blocks in ascending order: the holder's own over those of its parent. */
    all(holder: string): BlockMap {
        const { inherited, written } = this.#holding(holder);
        return sorted(new Map([...inherited, ...written]));
    }

    hashOf(holder: string, index: number): string | undefined {
        const { inherited, written } = this.#holding(holder);
        return written.get(index) ?? inherited.get(index);
    }

    /** The holder's own, in ascending order. */
    written(holder: string): BlockMap {
        return sorted(this.#holding(holder).written);
    }

    read(hash: string): Buffer {
        return readFileSync(this.#blockFile(hash));
    }

    remove(holder: string): void {
        const { inherited, written } = this.#holding(holder);
        this.#holdings.delete(holder);
        rmSync(this.#file(holder));
        [...inherited.values(), ...written.values()].forEach((hash) => this.#release(hash));
    }

    async #keep(hash: string, data: Uint8Array): Promise<void> {
        const file = this.#blockFile(hash);
        if (!existsSync(file)) {
            const partial = `${file}.${this.#partials++}.partial`;
            await writeFile(partial, data);
            await rename(partial, file);
        }
    }

    #load(holder: string): void {
        const holding: Holding = { inherited: new Map(), written: new Map() };
        for (const line of readFileSync(this.#file(holder), "utf8").split("\n")) {
            const [kind, index, hash] = line.split(" ");
            // The last line can be cut short where the emulator was killed: its block was not acknowledged.
            if (hash?.length === 64) {
                (kind === "=" ? holding.inherited : holding.written).set(Number(index), hash);
            }
        }
        [...holding.inherited.values(), ...holding.written.values()].forEach((hash) => this.#hold(hash, 1));
        this.#holdings.set(holder, holding);
    }

    #hold(hash: string, by: number): void {
        this.#holders.set(hash, (this.#holders.get(hash) ?? 0) + by);
    }

    #release(hash: string | undefined): void {
        if (hash === undefined) {
            return;
        }
        this.#hold(hash, -1);
        if (this.#holders.get(hash) === 0) {
            this.#holders.delete(hash);
            rmSync(this.#blockFile(hash), { force: true });
        }
    }

    #holding(holder: string): Holding {
        const holding = this.#holdings.get(holder);
        if (holding === undefined) {
            throw new Error(`${holder} holds no blocks`);
        }
        return holding;
    }

    #file(holder: string): string {
        return join(this.#folder, "holders", holder);
    }

    #blockFile(hash: string): string {
        return join(this.#folder, "blocks", hash);
    }
}

const sorted = (map: Map<number, string>): BlockMap => new Map([...map].toSorted(([one], [other]) => one - other));
