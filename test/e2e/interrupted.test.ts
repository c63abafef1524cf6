import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { providers, startPulumi, until } from "./support/interruption";
import { filesBelow, processesBelow } from "./support/leftovers";
import { ask, refused } from "./support/redis";
import { disposeStacks, startStack, type Stack } from "./support/stack";

/** Exit code of `gc` that was not told to delete what it found. */
const leftoversFound = 3;
const protectedMode = '"--protected-mode", "no"';
let stack: Stack;

beforeAll(async () => {
    stack = await startStack("examples/redis-os");
});

afterAll(disposeStacks);

const machines = () => processesBelow(stack.stateDirectory).filter(({ command }) => command.includes("qemu-system"));
const journal = () =>
    filesBelow(stack.stateDirectory)
        .filter((file) => file.endsWith(".json"))
        .map((file) => textOf(path.join(stack.stateDirectory, file)))
        .join("\n");
const booting = () => until("machine that boots", () => machines()[0]);
const providersEnded = () => until("end of the provider", () => providers(stack).length === 0);

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
    expect(await ask(address, "PING")).toBe("+PONG");
    expect(machines()).toHaveLength(1);
    return address;
}

function expectNothingLeft(): void {
    expect(processesBelow(stack.directory)).toEqual([]);
    expect(filesBelow(stack.stateDirectory).filter((file) => file !== "pulumi-linuxkit/key")).toEqual([]);
}

test("the CLI and its provider killed while the machine boots, then destroy and gc: nothing is left", async () => {
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await booting();
    up.process.kill("SIGKILL");
    providers(stack).forEach(({ pid }) => process.kill(pid, "SIGKILL"));
    await up.ended;
    await providersEnded();
    expect(machines()).toHaveLength(1);
    await cancel();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(JSON.parse(await gc("--json"))).toMatchObject([{ name: "redis", kind: "unfinished" }]);
    expect(machines()).toHaveLength(1);
    await gc("--yes");
    expectNothingLeft();
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
    const old = machines()[0]?.pid;
    stack.edit((program) => program.replace(protectedMode, `${protectedMode}, "--maxmemory", "64mb"`));
    const up = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
    await until("new machine", () => machines().some(({ pid }) => pid !== old));
    up.process.kill("SIGKILL");
    await up.ended;
    await providersEnded();
    await cancel();
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await expectOneMachine()).toBe(address);
    expect(await ask(address, "CONFIG GET maxmemory")).toContain(String(64 * 1024 * 1024));
});

test("the CLI killed in the middle of a destroy, then destroy: nothing is left", async () => {
    const address = await stack.output("address");
    const destroy = startPulumi(stack, ["destroy", "--yes", "--skip-preview"]);
    await until("delete that has begun", () => /"attempt": "delete"/.test(journal()));
    destroy.process.kill("SIGKILL");
    await destroy.ended;
    await providersEnded();
    await cancel();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expectNothingLeft();
    expect(await refused(address)).toBe(true);
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
    await stack.succeed("up", "--yes", "--skip-preview");
    await expectOneMachine();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expectNothingLeft();
});
