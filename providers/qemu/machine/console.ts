import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { consoleLines } from "../../readiness/console-lines";
import { files } from "./arguments";

/** A console is cut to its last part before each start; while a machine runs it grows. */
const keptBytes = 1024 * 1024;

function consolePath(directory: string): string {
    return join(directory, files.console);
}

export async function consoleSize(directory: string): Promise<number> {
    return (await stat(consolePath(directory)).catch(() => undefined))?.size ?? 0;
}

/** Text from `offset` on; none while there is no file. */
export async function readConsole(
    directory: string,
    offset: number,
    mostBytes: number = keptBytes,
): Promise<{ readonly bytes: Buffer; readonly next: number }> {
    const handle = await open(consolePath(directory)).catch(() => undefined);
    if (handle === undefined) {
        return { bytes: Buffer.alloc(0), next: offset };
    }
    try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, offset);
        return { bytes: buffer.subarray(0, bytesRead), next: offset + bytesRead };
    } finally {
        await handle.close();
    }
}

/** Makes room for another start; returns the size that is left. */
export async function trimConsole(directory: string): Promise<number> {
    const size = await consoleSize(directory);
    if (size <= keptBytes) {
        return size;
    }
    const { bytes } = await readConsole(directory, size - keptBytes);
    const kept = bytes.subarray(bytes.indexOf(0x0a) + 1);
    await writeFile(consolePath(directory), kept, { mode: 0o600 });
    return kept.length;
}

/** Reads a console as it grows, line by line. */
export class ConsoleFollower {
    readonly lines: string[] = [];
    #rest = Buffer.alloc(0);

    constructor(
        private readonly directory: string,
        private offset: number,
    ) {}

    /** All lines that were finished since the last call. */
    async advance(): Promise<readonly string[]> {
        const before = this.lines.length;
        const end = await consoleSize(this.directory);
        while (this.offset < end && (await this.#readPart()));
        return this.lines.slice(before);
    }

    /** Whether there was anything. */
    async #readPart(): Promise<boolean> {
        const { bytes, next } = await readConsole(this.directory, this.offset);
        this.offset = next;
        const text = Buffer.concat([this.#rest, bytes]);
        const end = text.lastIndexOf(0x0a) + 1;
        this.#rest = text.subarray(end);
        this.lines.push(...consoleLines(text.subarray(0, end).toString("utf8")));
        return bytes.length > 0;
    }

    /** The last lines, one that is not finished included. */
    last(count: number): readonly string[] {
        return [...this.lines, ...consoleLines(this.#rest.toString("utf8"))].slice(-count);
    }
}
