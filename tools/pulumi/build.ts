import { readdirSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { findOnPath } from "../process/path.ts";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { LANGUAGE_HOST } from "./cli.ts";

const CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const DYNAMIC_PROVIDER = "pulumi-resource-pulumi-nodejs";

export interface BuildEffects {
    readonly run: Run;
    readonly env: NodeJS.ProcessEnv;
}

/** Folder of the Go module that pins what is built. */
export function goModule(root: string): string {
    return join(root, "tools", "pulumi", "go");
}

/** Files of that module that decide what is built: all but its tests. */
export function goSources(root: string): string[] {
    const programs = readdirSync(join(goModule(root), "language-host")).filter((name) => !name.endsWith("_test.go"));
    return ["go.mod", "go.sum", ...programs.toSorted().map((name) => join("language-host", name))];
}

export function requireGo(env: NodeJS.ProcessEnv): string {
    const go = findOnPath("go", env);
    if (go === undefined) {
        throw new ToolError("needs Go on PATH: install it (https://go.dev/doc/install) or install the Pulumi CLI");
    }
    return go;
}

/** Builds the CLI and the stand-in language host into `directory`, with @pulumi/pulumi's own script beside them. */
export async function buildFromModules(
    root: string,
    version: string,
    directory: string,
    { run, env }: BuildEffects,
): Promise<void> {
    const go = requireGo(env);
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w -X ${VERSION_VARIABLE}=v${version}`];
    for (const [output, source] of [
        [LANGUAGE_HOST, "./language-host"],
        ["pulumi", CLI_PACKAGE],
    ] as const) {
        const result = await run(go, ["build", ...flags, "-o", join(directory, output), source], {
            cwd: goModule(root),
            env: { ...env, CGO_ENABLED: "0" },
        });
        if (result.code !== 0) {
            throw new ToolError(`go build of ${source} failed:\n${result.output}`);
        }
    }
    const script = join(root, "node_modules", "@pulumi", "pulumi", DYNAMIC_PROVIDER);
    await copyFile(script, join(directory, DYNAMIC_PROVIDER));
}
