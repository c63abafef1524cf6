import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "./run.ts";

/**
 * Processes ("pid command line") whose command line names a folder, or that work in it or below (known on Linux only,
 * from /proc): a machine's QEMU works in the machine's folder and names no other.
 */
export async function processesOf(directory: string, run: Run): Promise<string[]> {
    const { output } = await run("ps", ["-A", "-ww", "-o", "pid=,args="]);
    return output
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line.includes(directory) || `${workingFolder(line)}/`.startsWith(`${directory}/`));
}

function workingFolder(line: string): string {
    try {
        return readlinkSync(`/proc/${Number.parseInt(line, 10)}/cwd`);
    } catch {
        return "";
    }
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
