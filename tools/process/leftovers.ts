import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "./run.ts";

/** Processes ("pid command line") whose command line names a folder. */
export async function processesNaming(directory: string, run: Run): Promise<string[]> {
    const { output } = await run("ps", ["-A", "-ww", "-o", "pid=,args="]);
    return output
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line.includes(directory));
}

/** Every file and socket below a folder, relative to it; empty folders do not count. */
export function filesBelow(directory: string): string[] {
    if (!existsSync(directory)) {
        return [];
    }
    return readdirSync(directory, { withFileTypes: true, recursive: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
