import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StoredFile, Tables } from "./tables.ts";

/** The content of S3's objects and of parts that wait, each in a file. */
export class ObjectFiles {
    readonly #folder: string;

    constructor(folder: string, { objects, uploads }: Tables) {
        this.#folder = join(folder, "objects");
        mkdirSync(this.#folder, { recursive: true });
        const known = [...objects.values()].flatMap(({ files }) => files);
        const parts = [...uploads.values()].flatMap((upload) => Object.values(upload.parts));
        const names = new Set([...known, ...parts].map(({ name }) => name));
        // Those that an emulator which was killed had not yet named.
        readdirSync(this.#folder)
            .filter((name) => !names.has(name))
            .forEach((name) => rmSync(join(this.#folder, name)));
    }

    async keep(data: Uint8Array): Promise<StoredFile> {
        const name = randomBytes(16).toString("hex");
        await writeFile(join(this.#folder, name), data);
        return { name, size: data.length };
    }

    /** Bytes of files one after the other. */
    async read(files: readonly StoredFile[], start: number, length: number): Promise<Buffer> {
        const result = Buffer.alloc(length);
        let before = 0;
        for (const { name, size } of files) {
            const from = Math.max(0, start - before);
            const to = Math.min(size, start + length - before);
            if (from < to) {
                await this.#readFile(name, result.subarray(before + from - start), from, to - from);
            }
            before += size;
        }
        return result;
    }

    remove(files: readonly StoredFile[]): void {
        files.forEach(({ name }) => rmSync(join(this.#folder, name), { force: true }));
    }

    async #readFile(name: string, into: Buffer, position: number, length: number): Promise<void> {
        const file = await open(join(this.#folder, name));
        try {
            let done = 0;
            while (done < length) {
                const { bytesRead } = await file.read(into, done, length - done, position + done);
                if (bytesRead === 0) {
                    throw new Error(`${name} ends before ${position + length}`);
                }
                done += bytesRead;
            }
        } finally {
            await file.close();
        }
    }
}
