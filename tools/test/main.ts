import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { watchInterruption } from "../process/interruption.ts";
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
    const onlyUnit = kinds.every(({ name }) => name === "unit");
    const setup = onlyUnit ? undefined : await setUp(root, TEST_PROGRAMS, report);
    const interruption = watchInterruption();
    let failures = 0;
    for (const kind of kinds) {
        report.step(`Tests: ${kind.name}`);
        const args = jestArguments(kind, values.results, positionals);
        failures += await withScratch(run, async (directory) => {
            const env = { ...process.env, ...setupEnvironment(setup), TMPDIR: directory };
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

/** How the tests that drive the CLI find what set-up has made. */
function setupEnvironment(setup: Setup | undefined): NodeJS.ProcessEnv {
    return setup === undefined
        ? {}
        : { PULUMI_LINUXKIT_CLI: setup.pulumi.directory, PULUMI_LINUXKIT_TARBALL: setup.tarball };
}
