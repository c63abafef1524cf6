import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesOf } from "../process/leftovers.ts";
import type { Run } from "../process/run.ts";

/**
 * Lends a folder for temporary files, then removes it with every process that names it or works in it: machines outlive what started
 * them, so tests that were cut short leave some. Its name is short, for the sake of the sockets below it.
 */
export async function withScratch<T>(run: Run, use: (directory: string) => Promise<T>): Promise<T> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "t")));
    try {
        return await use(directory);
    } finally {
        for (const process of await processesOf(directory, run)) {
            end(Number.parseInt(process, 10));
        }
        rmSync(directory, { recursive: true, force: true });
    }
}

function end(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}
