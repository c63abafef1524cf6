import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { prepareBotocore } from "../botocore/obtain.ts";
import { watchInterruption } from "../process/interruption.ts";
import { LinuxkitMissing, obtainLinuxkit } from "../linuxkit/build.ts";
import { consoleReport as report, runMain } from "../process/report.ts";
import { run } from "../process/run.ts";
import { setupCache } from "../setup/fingerprint.ts";
import type { Setup } from "../setup/setup.ts";
import { setUp } from "../setup/setup.ts";
import { TEST_PROGRAMS } from "../setup/system.ts";
import type { TestKind } from "./kinds.ts";
import { testKinds } from "./kinds.ts";
import { withScratch } from "./scratch.ts";

const root = process.cwd();

/** `main.ts [--kind unit] [--results folder] [jest argument...]`: set-up where the kinds need it, then Jest by kind. */
await runMain(async () => {
    const { values, positionals } = parseArgs({
        options: { kind: { type: "string", multiple: true }, results: { type: "string" } },
        allowPositionals: true,
    });
    const kinds = testKinds(availableParallelism()).filter(({ name }) => values.kind?.includes(name) ?? true);
    const prepared = await prepare(kinds.map(({ name }) => name));
    const interruption = watchInterruption();
    let failures = 0;
    for (const kind of kinds) {
        report.step(`Tests: ${kind.name}`);
        const args = jestArguments(kind, values.results, positionals);
        failures += await withScratch(run, async (directory) => {
            const env = { ...process.env, ...prepared, TMPDIR: directory };
            const jest = join(root, "node_modules", ".bin", "jest");
            const { code } = await run(jest, args, { output: "show", env, signal: interruption.signal });
            return code === 0 ? 0 : 1;
        });
        interruption.throwIfInterrupted();
    }
    return failures === 0 ? 0 : 1;
});

function jestArguments(kind: TestKind, results: string | undefined, patterns: readonly string[]): string[] {
    return [
        "--config=test/jest.config.cjs",
        `--cacheDirectory=${join(setupCache(root), "jest")}`,
        `--selectProjects=${kind.name}`,
        `--maxWorkers=${kind.workers}`,
        "--passWithNoTests",
        ...(results === undefined ? [] : ["--json", `--outputFile=${join(results, `${kind.name}.json`)}`]),
        ...patterns,
    ];
}

/** Makes what the kinds need; gives the variables by which their tests find it. */
async function prepare(kinds: readonly TestKind["name"][]): Promise<NodeJS.ProcessEnv> {
    if (kinds.some((kind) => kind !== "differential")) {
        await prepareBotocore({ root, env: process.env, run, report });
    }
    const needsSetup = kinds.includes("archive") || kinds.includes("machine");
    return {
        ...(needsSetup && setupEnvironment(await setUp(root, TEST_PROGRAMS, report))),
        ...(kinds.includes("differential") && (await linuxkitEnvironment())),
    };
}

function setupEnvironment({ pulumi, tarball, folders }: Setup): NodeJS.ProcessEnv {
    const PATH = [process.env.PATH ?? "", ...folders].join(delimiter);
    return { PATH, PULUMI_LINUXKIT_CLI: pulumi.directory, PULUMI_LINUXKIT_TARBALL: tarball };
}

/** Without the real linuxkit its tests are skipped, and say why. */
async function linuxkitEnvironment(): Promise<NodeJS.ProcessEnv> {
    try {
        return { PULUMI_LINUXKIT_REAL: await obtainLinuxkit({ root, env: process.env, run, report }) };
    } catch (error) {
        if (!(error instanceof LinuxkitMissing)) {
            throw error;
        }
        report.note(`no real linuxkit: ${error.message}`);
        return { PULUMI_LINUXKIT_REAL_MISSING: error.message };
    }
}
