import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Interruption } from "../process/interruption.ts";
import type { Report } from "../process/report.ts";
import { ToolError } from "../process/report.ts";
import type { Run, RunOptions, RunResult } from "../process/run.ts";
import type { Project } from "../pulumi/project.ts";
import { limitRedisMemory } from "./change.ts";
import { filesBelow, processesOf } from "../process/leftovers.ts";
import { isClosed, ping } from "./redis.ts";

const STACK = "demo";
const CHANGED_COMPONENT = "services.redis";
/** What the package knows of this host, whatever machines there are. */
const HOST_FACTS = /^pulumi-linuxkit\/key$/;
const DESTROY = ["destroy", "--yes", "--skip-preview", "--remove"];

export interface Tour extends Interruption {
    readonly project: Project;
    readonly report: Report;
    readonly run: Run;
}

/** Boots the example; gives the address it answers at. */
export async function bringUp(tour: Tour): Promise<string> {
    await pulumi(tour, ["stack", "init", STACK, "--non-interactive"], "capture");
    tour.report.step("pulumi up: builds the image and boots it in QEMU");
    await pulumi(tour, ["up", "--yes", "--skip-preview"]);
    const address = (await pulumi(tour, ["stack", "output", "address"], "capture")).stdout.trim();
    tour.report.step(`PING to ${address}`);
    const answer = await ping(address);
    if (answer !== "PONG") {
        throw new ToolError(`${address} answered ${JSON.stringify(answer)} to PING, not PONG`);
    }
    tour.report.note(answer);
    return address;
}

/** Previews one more argument for redis-server; the preview must name the component. */
export async function previewChange(tour: Tour): Promise<void> {
    tour.report.step('pulumi preview of a change: redis-server with "--maxmemory", "64mb"');
    const program = join(tour.project.programDirectory, "index.ts");
    writeFileSync(program, limitRedisMemory(readFileSync(program, "utf8")));
    const { output } = await pulumi(tour, ["preview", "--non-interactive"], "both");
    if (!output.includes(CHANGED_COMPONENT)) {
        throw new ToolError(`The preview does not name ${CHANGED_COMPONENT}`);
    }
    tour.report.note(`the change is in ${CHANGED_COMPONENT}`);
}

export async function tearDown(tour: Tour): Promise<void> {
    tour.report.step("pulumi destroy");
    await pulumi(tour, DESTROY);
}

/** Looks for what a destroy must not leave behind. */
export async function showNothingLeft(tour: Tour, address: string): Promise<void> {
    tour.report.step("What is left");
    const { directory, stateDirectory: state } = tour.project;
    const left = [
        ...(await processesOf(directory, tour.run)).map((process) => `process ${process}`),
        ...filesBelow(state)
            .filter((file) => !HOST_FACTS.test(file))
            .map((file) => `file ${join(state, file)}`),
        ...((await isClosed(address)) ? [] : [`port ${address}`]),
    ];
    if (left.length > 0) {
        throw new ToolError(["destroy left behind:", ...left.map((thing) => `    ${thing}`)].join("\n"));
    }
    tour.report.note(`nothing: no process, no file, no listener at ${address}`);
}

/** After a failure or Ctrl-C: destroys whatever stands; false when something may be left. */
export async function cleanUp({ project, report, run }: Tour): Promise<boolean> {
    report.step("Cleaning up: pulumi cancel, pulumi destroy");
    await project.pulumi(["cancel", "--yes", "--stack", STACK]);
    const { code, output } = await project.pulumi([...DESTROY, "--stack", STACK]);
    if (code !== 0) {
        report.note(output);
    }
    const processes = await processesOf(project.directory, run);
    processes.forEach((process) => report.note(`still running: ${process}`));
    const clean = code === 0 && processes.length === 0;
    if (clean) {
        report.note("nothing is left");
    }
    return clean;
}

async function pulumi(tour: Tour, args: readonly string[], output: RunOptions["output"] = "show"): Promise<RunResult> {
    const result = await tour.project.pulumi(args, { output, signal: tour.signal });
    tour.throwIfInterrupted();
    if (result.code !== 0) {
        const shown = output === "capture" ? `:\n${result.output}` : "";
        throw new ToolError(`pulumi ${args[0]} failed with exit code ${result.code}${shown}`);
    }
    return result;
}
