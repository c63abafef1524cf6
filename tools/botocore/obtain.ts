import { existsSync } from "node:fs";
import { join } from "node:path";
import { findOnPath } from "../process/path.ts";
import type { Report } from "../process/report.ts";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { makeOnce, toolCache } from "../pulumi/cache.ts";
import { fingerprint } from "../setup/fingerprint.ts";

const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** This machine cannot have it: Python, its module venv or the package index is missing. */
class BotocoreMissing extends ToolError {
    constructor(message: string) {
        super(message);
        this.name = "BotocoreMissing";
    }
}

export interface BotocoreEffects {
    readonly root: string;
    readonly env: NodeJS.ProcessEnv;
    readonly run: Run;
    readonly report: Report;
}

/** Where the virtual environment is, or would be: by what tools/botocore/requirements.txt pins. */
export function botocoreFolder(root: string, env: NodeJS.ProcessEnv): string {
    const version = fingerprint(join(root, "tools", "botocore"), ["requirements.txt"]).slice(0, 12);
    return join(toolCache(env), `botocore-${version}`);
}

/**
 * AWS's published models of its services, in botocore, and boto3, a client of AWS that is not ours: both in a virtual
 * environment in the tool cache, with the versions and hashes of requirements.txt.
 * @returns folder of the virtual environment
 * @throws BotocoreMissing that names what is missing
 */
export async function obtainBotocore(effects: BotocoreEffects): Promise<string> {
    const directory = botocoreFolder(effects.root, effects.env);
    if (!existsSync(directory)) {
        const python = findOnPath("python3", effects.env);
        if (python === undefined) {
            throw new BotocoreMissing("python3 is not on PATH");
        }
        effects.report.step("Installing boto3 and AWS's models of its services with pip (a minute, once)");
        await makeOnce(directory, (partial) => install(python, partial, effects), effects.report);
    }
    return directory;
}

/** Makes sure of it where this machine can have it; says what is missing where it cannot. */
export async function prepareBotocore(effects: BotocoreEffects): Promise<void> {
    try {
        await obtainBotocore(effects);
    } catch (error) {
        if (!(error instanceof BotocoreMissing)) {
            throw error;
        }
        effects.report.note(`no botocore, so no emulator of AWS: ${error.message}`);
    }
}

async function install(python: string, directory: string, { root, env, run }: BotocoreEffects): Promise<void> {
    const requirements = join(root, "tools", "botocore", "requirements.txt");
    const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    const steps: readonly (readonly [string, readonly string[], string])[] = [
        [python, ["-m", "venv", directory], "python3 -m venv (on Debian in the package python3-venv)"],
        [join(directory, "bin", "python3"), [...pip, "-r", requirements], "pip install"],
    ];
    for (const [program, args, name] of steps) {
        const { code, output } = await run(program, args, { env, timeoutMs: INSTALL_TIMEOUT_MS });
        if (code !== 0) {
            throw new BotocoreMissing(`${name} failed:\n${output.trim().split("\n").slice(-5).join("\n")}`);
        }
    }
}
