import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Properties } from "../../../providers/lifecycle/handler";

interface Adopter {
    readonly child: ChildProcessWithoutNullStreams;
    /** The next line that begins with one of these. */
    readonly said: (...beginnings: readonly string[]) => Promise<string>;
    /** `kill -9`; resolves when it is dead. */
    readonly kill: () => Promise<void>;
}

/** A real provider process that creates a disk once it has a line to read. */
export function startAdopter(stateDirectory: string, news: Properties): Adopter {
    const args = ["-r", join(__dirname, "register.cjs"), join(__dirname, "adopter.ts"), stateDirectory];
    const child = spawn(process.execPath, [...args, JSON.stringify({ format: "raw", ...news })], {
        cwd: process.cwd(),
    });
    child.stderr.pipe(process.stderr);
    const ended = once(child, "close");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
        child,
        said: async (...beginnings) => {
            for (;;) {
                const { value, done } = await lines.next();
                if (done === true || beginnings.some((beginning) => value.startsWith(beginning))) {
                    return value ?? "ended";
                }
            }
        },
        kill: async () => {
            child.kill("SIGKILL");
            await ended;
        },
    };
}
