import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../process/report.ts";
import { ToolError } from "../../process/report.ts";
import type { RunResult } from "../../process/run.ts";
import { run } from "../../process/run.ts";
import type { Project } from "../../pulumi/project.ts";
import { createProject } from "../../pulumi/project.ts";
import type { Setup } from "../../setup/setup.ts";

/** Where a run of the bench works: a temporary folder, removed when this process ends, whatever ends it. */
export interface Workshop {
    readonly directory: string;
    /** Of this repository. */
    readonly root: string;
    readonly report: Report;
    /** Copies a Pulumi program of this repository and installs the packed package there. */
    project(name: string, program: string): Promise<Project>;
    /** Runs a program, from a folder and with an environment if they are given; fails where it fails. */
    run(command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv): Promise<RunResult>;
    /** Registers what to do, at once, when this process ends. */
    atEnd(act: () => void): void;
}

export function openWorkshop(root: string, { pulumi, tarball }: Setup, report: Report): Workshop {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-linuxkit-bench-")));
    const ending = new AbortController();
    const acts = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }), () => ending.abort()];
    process.on("exit", () => acts.toReversed().forEach((act) => act()));
    process.on("SIGINT", () => process.exit(130));
    process.on("SIGTERM", () => process.exit(143));
    const runEnding: typeof run = (command, args, options) => run(command, args, { ...options, signal: ending.signal });
    return {
        directory,
        root,
        report,
        atEnd: (act) => void acts.push(act),
        project: (name, program) =>
            createProject({
                program: join(root, program),
                tarball,
                pulumiDirectory: pulumi.directory,
                directory: join(directory, name),
                env: process.env,
                run: runEnding,
            }),
        run: async (command, args, cwd = directory, env = process.env) => {
            const result = await runEnding(command, args, { cwd, env });
            if (result.code !== 0) {
                throw new ToolError(`${[command, ...args].join(" ")} failed:\n${result.output}`);
            }
            return result;
        },
    };
}
