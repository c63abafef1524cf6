import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { startPulumi, until } from "./support/interruption";
import { filesBelow } from "../../tools/process/leftovers.ts";
import { ask, isClosed, ping } from "../../tools/demo/redis.ts";
import { machinesOf, processesOfStack, providersOf } from "./support/processes";
import { disposeStacks, startStack, type Stack } from "./support/stack";

/** Exit code of `gc` that was not told to delete what it found. */
const leftoversFound = 3;
const protectedMode = '"--protected-mode", "no"';
let stack: Stack;

beforeAll(async () => {
    stack = await startStack("examples/redis-os");
});

afterAll(disposeStacks);

const machines = () => machinesOf(stack);
const journal = () =>
    filesBelow(stack.stateDirectory)
        .filter((file) => file.endsWith(".json"))
        .map((file) => textOf(path.join(stack.stateDirectory, file)))
        .join("\n");
const booting = () => until("machine that boots", async () => (await machines())[0]);
const providersEnded = () => until("end of the provider", async () => (await providersOf(stack)).length === 0);

/** A journal's files come and go while it is read. */
function textOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}

/** What a user does after a kill: releases the backend's lock. */
async function cancel(): Promise<void> {
    await stack.succeed("cancel", "--yes");
}

async function gc(...args: string[]): Promise<string> {
    const command = path.join(stack.programDirectory, "node_modules/.bin/pulumi-linuxkit");
    const run = promisify(execFile)(command, ["gc", ...args], { cwd: stack.programDirectory, env: stack.env });
    const { stdout } = await run.catch((error: unknown) => {
        const ended = error as { code: number; stdout: string };
        if (ended.code === leftoversFound) return ended;
        throw error;
    });
    return stdout;
}

async function expectOneMachine(): Promise<string> {
    const address = await stack.output("address");
    expect(await ping(address)).toBe("PONG");
    expect(await machines()).toHaveLength(1);
    return address;
}

async function expectNothingLeft(): Promise<void> {
    expect(await processesOfStack(stack)).toEqual([]);
    expect(filesBelow(stack.stateDirectory).filter((file) => file !== "pulumi-linuxkit/key")).toEqual([]);
}

test("the CLI and its provider killed while the machine boots, then destroy and gc: nothing is left", async () => {
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await booting();
    up.process.kill("SIGKILL");
    (await providersOf(stack)).forEach((pid) => process.kill(pid, "SIGKILL"));
    await up.ended;
    await providersEnded();
    expect(await machines()).toHaveLength(1);
    await cancel();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(JSON.parse(await gc("--json"))).toMatchObject([{ name: "redis", kind: "unfinished" }]);
    expect(await machines()).toHaveLength(1);
    await gc("--yes");
    await expectNothingLeft();
});

test("the CLI killed while the machine boots, then up: one machine, and the stray provider ends", async () => {
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await booting();
    up.process.kill("SIGKILL");
    await up.ended;
    await providersEnded();
    await cancel();
    await stack.succeed("up", "--yes", "--skip-preview");
    await expectOneMachine();
});

test("the CLI killed in the middle of a replace, then up: one machine at the same address", async () => {
    const address = await stack.output("address");
    const [old] = await machines();
    stack.edit((program) => program.replace(protectedMode, `${protectedMode}, "--maxmemory", "64mb"`));
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await until("new machine", async () => (await machines()).some((pid) => pid !== old));
    up.process.kill("SIGKILL");
    await up.ended;
    await providersEnded();
    await cancel();
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await expectOneMachine()).toBe(address);
    expect(await ask(address, "CONFIG", "GET", "maxmemory")).toContain(String(64 * 1024 * 1024));
});

test("the provider alone killed in the middle of an update, then up: one machine at the same address", async () => {
    const address = await stack.output("address");
    const old = await machines();
    stack.edit((program) => program.replace('"256 MB"', '"320 MB"'));
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await until("new machine", async () => (await machines()).some((pid) => !old.includes(pid)));
    (await providersOf(stack)).forEach((pid) => process.kill(pid, "SIGKILL"));
    expect(await up.ended).not.toBe(0);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await expectOneMachine()).toBe(address);
});

test("the CLI killed in the middle of a destroy, then destroy: nothing is left", async () => {
    const address = await stack.output("address");
    const destroy = startPulumi(stack, ["destroy", "--yes", "--skip-preview"]);
    await until("delete that has begun", async () => /"attempt": "delete"/.test(journal()));
    destroy.process.kill("SIGKILL");
    await destroy.ended;
    await providersEnded();
    await cancel();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    await expectNothingLeft();
    expect(await isClosed(address)).toBe(true);
});

test("Ctrl-C while the machine boots ends soon, says what is left, and the next up goes on", async () => {
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await booting();
    const pressed = Date.now();
    process.kill(-(up.process.pid ?? 0), "SIGINT");
    expect(await up.ended).not.toBe(0);
    expect(Date.now() - pressed).toBeLessThan(30_000);
    expect(up.output()).toMatch(/interrupted/i);
    await providersEnded();
    expect(await machines()).toEqual([]);
    await stack.succeed("up", "--yes", "--skip-preview");
    await expectOneMachine();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    await expectNothingLeft();
});
