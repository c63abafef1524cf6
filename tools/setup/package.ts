import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../process/report.ts";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { fingerprint, readStamp, setupCache, writeStamp } from "./fingerprint.ts";

/** All that decides what the npm package holds. */
const INPUTS = [
    "sdk",
    "providers",
    "package.json",
    "tsconfig.json",
    "tools/tsconfig.build.json",
    "README.md",
    "LICENSE",
];

export interface PackageEffects {
    readonly run: Run;
    readonly report: Report;
}

/** Compiles into dist/ unless dist/ is of these sources already. */
export async function buildPackage(root: string, { run, report }: PackageEffects): Promise<void> {
    const stampFile = join(setupCache(root), "built");
    const stamp = fingerprint(root, INPUTS);
    if (existsSync(join(root, "dist")) && readStamp(stampFile) === stamp) {
        return;
    }
    report.step("Building the package with tsc");
    const partial = `dist.${process.pid}.partial`;
    const tsc = join(root, "node_modules", ".bin", "tsc");
    try {
        await runOrFail(run, root, tsc, ["-p", "tools/tsconfig.build.json", "--outDir", join(root, partial)]);
        rmSync(join(root, "dist"), { recursive: true, force: true });
        renameSync(join(root, partial), join(root, "dist"));
    } finally {
        rmSync(join(root, partial), { recursive: true, force: true });
    }
    writeStamp(stampFile, stamp);
}

/** Builds and packs; gives the tarball that `npm publish` would publish. */
export async function packPackage(root: string, effects: PackageEffects): Promise<string> {
    await buildPackage(root, effects);
    const directory = join(setupCache(root), "package");
    const tarball = join(directory, tarballName(root));
    const stampFile = join(setupCache(root), "packed");
    const stamp = fingerprint(root, [...INPUTS, "dist"]);
    if (existsSync(tarball) && readStamp(stampFile) === stamp) {
        return tarball;
    }
    effects.report.step("Packing the package with npm pack");
    mkdirSync(directory, { recursive: true });
    await runOrFail(effects.run, root, "npm", ["pack", "--ignore-scripts", "--pack-destination", directory]);
    writeStamp(stampFile, stamp);
    return tarball;
}

function tarballName(root: string): string {
    const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, string>;
    return `${name}-${version}.tgz`;
}

async function runOrFail(run: Run, cwd: string, command: string, args: readonly string[]): Promise<void> {
    const { code, output } = await run(command, args, { cwd });
    if (code !== 0) {
        throw new ToolError(`${[command, ...args].join(" ")} failed with exit code ${code}:\n${output}`);
    }
}
