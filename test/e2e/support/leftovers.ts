import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Every file below a directory, relative to it; none when it does not exist. */
export function filesBelow(directory: string): string[] {
    try {
        return readdirSync(directory, { recursive: true, withFileTypes: true })
            .filter((entry) => !entry.isDirectory())
            .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
            .sort();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
    }
}

/** Processes of this machine whose command line names the text: pid and command line. */
export function processesNaming(text: string): { pid: number; command: string }[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .map((name) => ({ pid: Number(name), command: commandOf(name) }))
        .filter(({ command }) => command.includes(text));
}

function commandOf(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    } catch {
        return "";
    }
}
