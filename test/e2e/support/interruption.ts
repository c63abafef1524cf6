import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Stack } from "./stack";

export interface RunningCli {
    readonly process: ChildProcess;
    readonly output: () => string;
    readonly ended: Promise<number | null>;
}

/** The CLI in a process group of its own, as a terminal would run it. */
export function startPulumi(stack: Stack, args: readonly string[]): RunningCli {
    const cli = path.join(process.env["PULUMI_LINUXKIT_CLI"] ?? "", "pulumi");
    const child = spawn(cli, [...args, "--non-interactive"], {
        cwd: stack.programDirectory,
        env: stack.env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    return {
        process: child,
        output: () => Buffer.concat(chunks).toString("utf8"),
        ended: new Promise((resolve) => child.once("exit", (code) => resolve(code))),
    };
}

/** Looks every 50 ms, until it is there. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 180): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const found = await look();
        if (found !== undefined && found !== false) return found;
        if (Date.now() > end) throw new Error(`after ${seconds} s: no ${what}`);
        await delay(50);
    }
}
