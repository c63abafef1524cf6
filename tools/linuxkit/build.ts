import { existsSync } from "node:fs";
import { join } from "node:path";
import { findOnPath } from "../process/path.ts";
import { ToolError } from "../process/report.ts";
import type { Report } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { makeOnce, toolCache } from "../pulumi/cache.ts";
import { fingerprint } from "../setup/fingerprint.ts";

const PROGRAM = "linuxkit";
const PACKAGE = "github.com/linuxkit/linuxkit/src/cmd/linuxkit";
/** Through a module proxy that answers, half an hour is enough for the slowest machine. */
const BUILD_TIMEOUT_MS = 30 * 60_000;
/** What Go says of a network that does not work, and of a proxy's answer other than the module. */
const PROXY_TROUBLE =
    /dial tcp|no such host|i\/o timeout|connection refused|proxyconnect|TLS handshake|lookup disabled|: [45]\d\d [A-Z]/;

/** This machine cannot build it: Go or the module proxy is missing. */
export class LinuxkitMissing extends ToolError {
    constructor(message: string) {
        super(message);
        this.name = "LinuxkitMissing";
    }
}

export interface LinuxkitEffects {
    readonly root: string;
    readonly env: NodeJS.ProcessEnv;
    readonly run: Run;
    readonly report: Report;
}

/**
 * The real linuxkit CLI, which ours is held against: an earlier build in the tool cache, or one from the Go module that
 * go.mod pins.
 * @returns path of the program
 * @throws LinuxkitMissing that names what is missing, Go or the module proxy; ToolError where the build fails
 */
export async function obtainLinuxkit(effects: LinuxkitEffects): Promise<string> {
    const module = join(effects.root, "tools", "linuxkit", "go");
    const version = fingerprint(module, ["go.mod", "go.sum"]).slice(0, 12);
    const directory = join(toolCache(effects.env), `linuxkit-built-${version}`);
    if (!existsSync(directory)) {
        const go = requireGo(effects.env);
        effects.report.step("Building the real linuxkit CLI from its Go module (1 to 6 minutes, once)");
        await makeOnce(directory, (partial) => build(go, module, partial, effects), effects.report);
    }
    return join(directory, PROGRAM);
}

function requireGo(env: NodeJS.ProcessEnv): string {
    const go = findOnPath("go", env);
    if (go === undefined) {
        throw new LinuxkitMissing("Go is not on PATH (https://go.dev/doc/install)");
    }
    return go;
}

async function build(go: string, module: string, directory: string, { run, env }: LinuxkitEffects): Promise<void> {
    const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
    const { code, output } = await run(go, ["build", ...flags, "-o", join(directory, PROGRAM), PACKAGE], {
        cwd: module,
        env: { ...env, CGO_ENABLED: "0" },
        timeoutMs: BUILD_TIMEOUT_MS,
    });
    if (code !== 0) {
        const last = output.trim().split("\n").slice(-5).join("\n");
        throw PROXY_TROUBLE.test(output)
            ? new LinuxkitMissing(`the Go module proxy cannot be reached:\n${last}`)
            : new ToolError(`go build of ${PACKAGE} failed:\n${last}`);
    }
}
