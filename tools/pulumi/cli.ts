import { join } from "node:path";
import { isExecutable } from "../process/path.ts";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";

/** A Pulumi CLI that runs, with its Node.js language host beside it. */
export interface PulumiCli {
    /** Folder of `pulumi` and its plugins: it goes first on PATH. */
    readonly directory: string;
    readonly version: string;
    /** Where it came from, in words. */
    readonly origin: string;
}

export const LANGUAGE_HOST = "pulumi-language-nodejs";
const VERSION_TIMEOUT_MS = 30_000;

/** Runs the CLI of a folder; throws what keeps it from being used. */
export async function checkCli(directory: string, origin: string, run: Run): Promise<PulumiCli> {
    if (!isExecutable(join(directory, LANGUAGE_HOST))) {
        throw new ToolError(`${join(directory, "pulumi")} has no ${LANGUAGE_HOST} beside it`);
    }
    const { code, output } = await run(join(directory, "pulumi"), ["version"], {
        env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeoutMs: VERSION_TIMEOUT_MS,
    });
    const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output)?.[1];
    if (code !== 0 || version === undefined) {
        throw new ToolError(`${join(directory, "pulumi")} version failed: ${output.trim() || `exit code ${code}`}`);
    }
    return { directory, version, origin };
}
