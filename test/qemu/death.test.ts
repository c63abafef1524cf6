import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Properties } from "../../providers/lifecycle/handler";
import { FakeHost, machine } from "./support/host";
import { assertOneMachineOrNone, recover } from "./support/outcome";
import { FakeStack } from "./support/stack";

/** A real provider process, whose standard input is the engine's end of the pipe. */
class Provider {
    readonly lines: string[] = [];
    readonly #child: ChildProcessWithoutNullStreams;
    readonly #ended: Promise<unknown>;
    readonly #watchers = new Set<(line: string) => void>();

    constructor(stateDirectory: string, news: Properties) {
        const support = join(__dirname, "support");
        const args = ["-r", join(support, "register.cjs"), join(support, "child.ts"), stateDirectory];
        this.#child = spawn(process.execPath, [...args, JSON.stringify(news)], { cwd: process.cwd() });
        this.#child.stderr.pipe(process.stderr);
        this.#ended = once(this.#child, "close");
        createInterface({ input: this.#child.stdout }).on("line", (line) => {
            this.lines.push(line);
            this.#watchers.forEach((watcher) => watcher(line));
        });
    }

    /** Acts at once when a line begins so; resolves when the process has ended. */
    async when(beginning: string, act: (child: ChildProcessWithoutNullStreams) => void): Promise<string[]> {
        this.#watchers.add((line) => line.startsWith(beginning) && act(this.#child));
        await this.#ended;
        return this.lines;
    }
}

let host: FakeHost;
let stack: FakeStack;
beforeEach(async () => {
    host = await FakeHost.make();
    stack = new FakeStack(host);
});
afterEach(() => host.close());

const steps = [
    "look for an earlier attempt",
    "record the attempt",
    "make sure of the image",
    "record the start",
    "start QEMU",
    "record its process",
    "wait until it is ready",
    "record that it is made",
];

test.each(steps)("kill -9 within the step `%s`, then up: one machine, and none after destroy", async (step) => {
    await new Provider(host.stateDirectory, machine()).when(`step ${step}`, (child) => child.kill("SIGKILL"));
    await recover(stack, machine());
    await expect(assertOneMachineOrNone(host, stack, machine())).resolves.toBeUndefined();
});

test("kill -9 when all is made, and gc: nothing", async () => {
    const lines = await new Provider(host.stateDirectory, machine()).when("made", (child) => child.kill("SIGKILL"));
    expect(lines.at(-1)).toContain("made");
    expect(await host.processes()).toHaveLength(1);
    expect(await stack.gc()).toBe(1);
    expect(await host.processes()).toEqual([]);
    expect(await host.files()).toEqual([]);
});

test("an engine that dies: the provider ends, and leaves what the next up goes on from", async () => {
    const news = machine({ kernelArguments: ["fake=silent"] });
    const lines = await new Provider(host.stateDirectory, news).when("step wait", (child) => child.stdin.end());
    expect(lines.filter((line) => line.startsWith("undo"))).toEqual([]);
    expect(lines.at(-1)).toContain("is left (machine");
    expect(await host.processes()).toHaveLength(1);
    expect(await host.journal.list()).toEqual([expect.objectContaining({ attempt: "create" })]);
    expect(await stack.gc()).toBe(1);
    expect(await host.processes()).toEqual([]);
});

test("Ctrl-C while a machine boots: it is taken back, and the error says so", async () => {
    const news = machine({ kernelArguments: ["fake=silent"] });
    const lines = await new Provider(host.stateDirectory, news).when("step wait", (child) => {
        child.kill("SIGINT");
        setTimeout(() => child.stdin.end(), 1500);
    });
    expect(lines).toContain("error stopped while it booted: interrupted");
    expect(await host.processes()).toEqual([]);
    expect(await host.journal.list()).toEqual([]);
});

test("Ctrl-C does not reach a machine that runs", async () => {
    const lines = await new Provider(host.stateDirectory, machine()).when("made", (child) => {
        child.kill("SIGINT");
        child.stdin.end();
    });
    const { id, inputs, outs } = JSON.parse(lines.at(-1)?.slice("made ".length) ?? "") as NonNullable<
        typeof stack.state
    >;
    stack.state = { id, inputs, outs };
    await stack.refresh();
    expect(stack.state.outs["status"]).toBe("running");
    await expect(assertOneMachineOrNone(host, stack, machine())).resolves.toBeUndefined();
});
