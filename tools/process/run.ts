import { spawn } from "node:child_process";

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** `capture` keeps the output and shows nothing; `show` passes it on; `both` does both. */
    readonly output?: "capture" | "show" | "both";
    /** Ends the process (SIGKILL) when it is still running after this many milliseconds. */
    readonly timeoutMs?: number;
    /** Interrupts the process (SIGINT) when aborted. */
    readonly signal?: AbortSignal;
}

export interface RunResult {
    /** Exit code; 1 when a signal ended the process or it could not be started. */
    readonly code: number;
    /** Standard output and standard error in the order they came; empty when shown only. */
    readonly output: string;
    readonly stdout: string;
}

export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** Runs a program without a shell. Never rejects: what cannot be started is a result with a code that is not 0. */
export const run: Run = async (command, args, options = {}) => {
    const mode = options.output ?? "capture";
    const child = spawn(command, args, {
        cwd: options.cwd,
        env: options.env,
        stdio: mode === "show" ? "inherit" : ["ignore", "pipe", "pipe"],
        timeout: options.timeoutMs,
        killSignal: "SIGKILL",
    });
    const interrupt = (): void => void child.kill("SIGINT");
    options.signal?.addEventListener("abort", interrupt);

    const all: Buffer[] = [];
    const stdout: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    for (const [stream, shown] of [
        [child.stdout, process.stdout],
        [child.stderr, process.stderr],
    ] as const) {
        stream?.on("data", (chunk: Buffer) => {
            all.push(chunk);
            if (mode === "both") {
                shown.write(chunk);
            }
        });
    }
    const result = (code: number, suffix = ""): RunResult => ({
        code,
        output: Buffer.concat(all).toString("utf8") + suffix,
        stdout: Buffer.concat(stdout).toString("utf8"),
    });
    return new Promise<RunResult>((resolve) => {
        child.on("error", (error) => resolve(result(1, error.message)));
        child.on("close", (code) => resolve(result(code ?? 1)));
    }).finally(() => options.signal?.removeEventListener("abort", interrupt));
};
