import { readdirSync, readFileSync, readlinkSync } from "node:fs";
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

/** Processes of this machine that work in a directory or below: pid and command line. */
export function processesBelow(directory: string): { pid: number; command: string }[] {
    return readdirSync("/proc")
        .filter(
            (name) =>
                /^\d+$/.test(name) &&
                isBelow(
                    read(() => readlinkSync(`/proc/${name}/cwd`)),
                    directory,
                ),
        )
        .map((name) => ({ pid: Number(name), command: read(() => readFileSync(`/proc/${name}/cmdline`, "utf8")) }))
        .map(({ pid, command }) => ({ pid, command: command.replaceAll("\0", " ").trim() }));
}

function isBelow(file: string, directory: string): boolean {
    return file === directory || file.startsWith(`${directory}/`);
}

/** Processes come and go while they are looked at. */
function read(look: () => string): string {
    try {
        return look();
    } catch {
        return "";
    }
}
