import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import type { ImagePlan } from "../../../../providers/image/plan";

export interface ChildResult {
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly peakBytes: number;
}

export interface BuildProcess {
    readonly child: ChildProcessByStdio<null, Readable, null>;
    /** Resolves when it begins to build. */
    readonly begun: Promise<void>;
    /** What it built; undefined if it was killed. */
    readonly ended: Promise<ChildResult | undefined>;
}

const register = path.join(__dirname, "../../../qemu/support/register.cjs");

/** Builds a plan in a process of its own, in the store of `folder`. */
export function buildProcess(
    folder: string,
    plan: ImagePlan,
    env: Readonly<Record<string, string>> = {},
): BuildProcess {
    writeFileSync(path.join(folder, "plan.json"), JSON.stringify(plan));
    const child = spawn(process.execPath, ["-r", register, path.join(__dirname, "child.ts"), folder], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, ...env },
    });
    const lines = createInterface({ input: child.stdout });
    const begun = once(lines, "line").then(() => undefined);
    const last: string[] = [];
    lines.on("line", (line) => last.push(line));
    const ended = once(child, "close").then(([code]) =>
        code === 0 ? (JSON.parse(last.at(-1) ?? "") as ChildResult) : undefined,
    );
    return { child, begun, ended };
}
