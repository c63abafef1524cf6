import { existsSync } from "node:fs";
import { join } from "node:path";
import { consoleReport as report, runMain } from "../process/report.ts";
import { run } from "../process/run.ts";
import { packPackage } from "../setup/package.ts";
import { ensurePrograms, LINT_PROGRAMS, systemEffects } from "../setup/system.ts";
import { shellFiles } from "./shell-files.ts";

const root = process.cwd();

interface Check {
    readonly name: string;
    readonly command: readonly [string, ...string[]];
}

/** Runs every check and shows what the failing ones say. */
await runMain(async () => {
    await ensurePrograms(LINT_PROGRAMS, systemEffects(run, report));
    const sources: readonly Check[] = [
        { name: "Prettier", command: ["prettier", "--check", "--log-level=warn", "."] },
        { name: "TypeScript", command: ["tsc", "--noEmit"] },
        { name: "oxlint, with types", command: ["oxlint", "--type-aware", "--quiet"] },
        { name: "knip: what nothing uses", command: ["knip"] },
        { name: "TypeDoc", command: ["typedoc", "--emit", "none", "--treatWarningsAsErrors"] },
        { name: "ShellCheck", command: ["shellcheck", ...shellFiles(root, await trackedFiles())] },
    ];
    const failed =
        (await failures(sources)) + (await failures(packageChecks(await packPackage(root, { run, report }))));
    return failed === 0 ? 0 : 1;
});

function packageChecks(tarball: string): readonly Check[] {
    return [
        { name: "publint", command: ["publint", "--strict", tarball] },
        { name: "are the types wrong", command: ["attw", "--profile", "node16", tarball] },
    ];
}

async function failures(checks: readonly Check[]): Promise<number> {
    let count = 0;
    for (const { name, command } of checks) {
        report.step(name);
        const [program, ...args] = command;
        const { code, output } = await run(program, args);
        if (code !== 0) {
            console.log(output);
            count += 1;
        }
    }
    return count;
}

async function trackedFiles(): Promise<string[]> {
    const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    return stdout.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}
