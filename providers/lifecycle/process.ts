import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** A process that a later one cannot be taken for: the system gives its pid again, but not with this start time. */
export interface ProcessIdentity {
    readonly pid: number;
    /** Boot id and clock ticks on Linux, what `ps` prints elsewhere. */
    readonly startTime: string;
}

/** The living process of that pid; undefined when there is none, or one that only waits to be reaped. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
    const startTime = process.platform === "linux" ? await linuxStartTime(pid) : await psField(pid, "lstart");
    return startTime === undefined ? undefined : { pid, startTime };
}

export async function ownIdentity(): Promise<ProcessIdentity> {
    return (await identifyProcess(process.pid)) ?? { pid: process.pid, startTime: "unknown" };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
    return (await identifyProcess(identity.pid))?.startTime === identity.startTime;
}

/** Arguments of a living process, as one text on systems that keep no boundaries between them. */
export async function commandLine(pid: number): Promise<readonly string[]> {
    if (process.platform === "linux") {
        const text = readOrUndefined(`/proc/${pid}/cmdline`);
        return text === undefined ? [] : text.split("\0").slice(0, -1);
    }
    return ((await psField(pid, "command")) ?? "").split(" ").filter((word) => word !== "");
}

/** Living processes that have `words` in their arguments, one after the other. */
export async function findProcesses(words: readonly string[]): Promise<readonly ProcessIdentity[]> {
    const found = await Promise.all(
        (await allPids()).map(async (pid) =>
            containsRow(await commandLine(pid), words) ? identifyProcess(pid) : undefined,
        ),
    );
    return found.filter((identity) => identity !== undefined);
}

export function containsRow(list: readonly string[], row: readonly string[]): boolean {
    return list.some((_, start) => row.every((word, index) => list[start + index] === word));
}

/** Waits until the process has ended; false when the time is over before. */
export async function hasEnded(
    identity: ProcessIdentity,
    timeoutMilliseconds: number,
    signal?: AbortSignal,
): Promise<boolean> {
    const end = performance.now() + timeoutMilliseconds;
    while (await isAlive(identity)) {
        if (performance.now() >= end || signal?.aborted === true) {
            return false;
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return true;
}

async function allPids(): Promise<readonly number[]> {
    if (process.platform === "linux") {
        return readdirSync("/proc")
            .filter((name) => /^\d+$/.test(name))
            .map(Number);
    }
    const { stdout } = await promisify(execFile)("ps", ["-axo", "pid="]);
    return stdout.split("\n").flatMap((line) => (line.trim() === "" ? [] : [Number(line)]));
}

async function linuxStartTime(pid: number): Promise<string | undefined> {
    const ticks = livingSince(readOrUndefined(`/proc/${pid}/stat`) ?? "");
    return ticks === undefined ? undefined : `${await bootId()}:${ticks}`;
}

/**
 * proc(5): the command's name stands in parentheses and may hold anything; the state is field 3, the number of threads 20,
 * the start time 22. A first thread that ended shows as a zombie while others still hold the process's ports.
 */
export function livingSince(stat: string): string | undefined {
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const dead = fields[0] === "X" || (fields[0] === "Z" && Number(fields[17]) <= 1);
    return dead ? undefined : fields[19];
}

/** Tells this boot of the system from any other. */
export async function bootId(): Promise<string> {
    if (process.platform === "linux") {
        return readOrUndefined("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
    }
    const { stdout } = await promisify(execFile)("sysctl", ["-n", "kern.boottime"]);
    return stdout.trim();
}

async function psField(pid: number, field: string): Promise<string | undefined> {
    try {
        const { stdout } = await promisify(execFile)("ps", ["-o", `stat=,${field}=`, "-p", String(pid)], {
            env: { ...process.env, LC_ALL: "C" },
        });
        const match = /^(\S+)\s+(.*)$/s.exec(stdout.trim());
        return match === null || match[1]?.startsWith("Z") ? undefined : match[2];
    } catch {
        return undefined;
    }
}

/**
 * Undefined when the file, or the process it tells of, is not there. The kernel answers from memory: handing each of
 * hundreds of such files to a thread would cost far more than reading it.
 */
function readOrUndefined(path: string): string | undefined {
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") {
            return undefined;
        }
        throw error;
    }
}
