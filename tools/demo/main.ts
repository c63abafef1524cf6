import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Interruption } from "../process/interruption.ts";
import { watchInterruption } from "../process/interruption.ts";
import { consoleReport as report, runMain } from "../process/report.ts";
import { run } from "../process/run.ts";
import { createProject } from "../pulumi/project.ts";
import type { Setup } from "../setup/setup.ts";
import { setUp } from "../setup/setup.ts";
import { DEMO_PROGRAMS } from "../setup/system.ts";
import type { Tour } from "./tour.ts";
import { bringUp, cleanUp, previewChange, showNothingLeft, tearDown } from "./tour.ts";

const root = process.cwd();

await runMain(async () => {
    const setup = await setUp(root, DEMO_PROGRAMS, report);
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "plk-demo-")));
    const interruption = watchInterruption();
    let clean = true;
    try {
        const tour = await prepare(setup, directory, interruption);
        clean = false;
        try {
            const address = await bringUp(tour);
            await previewChange(tour);
            await tearDown(tour);
            await showNothingLeft(tour, address);
            clean = true;
        } finally {
            clean ||= await cleanUp(tour);
        }
    } finally {
        if (clean) {
            rmSync(directory, { recursive: true, force: true });
        } else {
            report.note(`kept for another try: ${directory}`);
        }
    }
});

async function prepare({ pulumi, tarball }: Setup, directory: string, interruption: Interruption): Promise<Tour> {
    report.step("Copying examples/redis-os to a temporary folder and installing the packed package there");
    const project = await createProject({
        program: join(root, "examples", "redis-os"),
        tarball,
        pulumiDirectory: pulumi.directory,
        directory,
        env: process.env,
        run,
    }).finally(interruption.throwIfInterrupted);
    return { project, report, run, ...interruption };
}
