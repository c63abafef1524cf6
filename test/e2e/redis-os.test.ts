import { readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { filesBelow } from "../../tools/process/leftovers.ts";
import { ask, isClosed, ping } from "../../tools/demo/redis.ts";
import { machinesOf, processesOfStack } from "./support/processes";
import { disposeStacks, startStack, type Stack } from "./support/stack";

const protectedMode = '"--protected-mode", "no"';
/** Tells this host from others for as long as any state may ask; it belongs to no stack. */
const hostKey = "pulumi-linuxkit/key";
const secret = "correct horse battery staple";
let stack: Stack;
let address: string;

beforeAll(async () => {
    stack = await startStack("examples/redis-os");
});

afterAll(disposeStacks);

interface PreviewStep {
    readonly op: string;
    readonly urn: string;
    readonly newState?: { inputs: Record<string, unknown> };
    readonly oldState?: { inputs: Record<string, unknown> };
}

/** What a preview would do, by resource name; unchanged resources and the stack left out. */
async function preview(...args: string[]): Promise<Map<string, PreviewStep[]>> {
    const { stdout } = await stack.succeed("preview", "--json", ...args);
    const steps = (JSON.parse(stdout) as { steps: PreviewStep[] }).steps.filter(({ op }) => op !== "same");
    return Map.groupBy(steps, ({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
}

function changedInputs(step: PreviewStep | undefined): string[] {
    const { oldState, newState } = step ?? {};
    return Object.keys({ ...oldState?.inputs, ...newState?.inputs })
        .filter((key) => JSON.stringify(oldState?.inputs[key]) !== JSON.stringify(newState?.inputs[key]))
        .sort();
}

/** Files of the store's segments: one that is made again is another file. */
function segments(): Map<string, { readonly inode: number; readonly size: number }> {
    const directory = path.join(stack.storeDirectory, "segments");
    return new Map(
        filesBelow(directory).map((file) => {
            const { ino, size } = statSync(path.join(directory, file));
            return [file, { inode: ino, size }];
        }),
    );
}

async function theMachine(): Promise<number> {
    const machines = await machinesOf(stack);
    const [first] = machines;
    if (first === undefined || machines.length > 1) throw new Error(`${machines.length} machines run`);
    return first;
}

test("up builds, boots and answers", async () => {
    await stack.succeed("up", "--yes", "--skip-preview");
    address = await stack.output("address");
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await ping(address)).toBe("PONG");
    expect(await ask(address, "CONFIG", "GET", "maxmemory")).toContain("\r\n0");
});

test("a second up changes nothing", async () => {
    const pid = await theMachine();
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(await theMachine()).toBe(pid);
});

test("the preview of a changed argument names services.redis and the machine, and nothing else", async () => {
    stack.edit((program) => program.replace(protectedMode, `${protectedMode}, "--maxmemory", "64mb"`));
    const steps = await preview();
    expect([...steps.keys()].sort()).toEqual(["redis", "redis-os"]);
    expect(steps.get("redis-os")?.map(({ op }) => op)).toEqual(["update"]);
    expect(changedInputs(steps.get("redis-os")?.[0])).toEqual(["digest", "services.redis"]);
    expect(steps.get("redis")?.map(({ op }) => op)).toEqual(expect.arrayContaining(["replace"]));
    const shown = (await stack.succeed("preview")).stdout;
    expect(shown).toMatch(/redis-os .*services\.redis/);
    expect(shown).not.toMatch(/onboot\.dhcp|init\.base|kernel/);
});

test("up replaces the machine on the same port; the other segments come from the store", async () => {
    const pid = await theMachine();
    const before = segments();
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await stack.output("address")).toBe(address);
    expect(await theMachine()).not.toBe(pid);
    expect((await ask(address, "CONFIG", "GET", "maxmemory")).split("\r\n").at(-1)).toBe(String(64 * 1024 * 1024));
    const after = segments();
    expect(before.size).toBeGreaterThan(4);
    for (const [file, made] of before) {
        expect([file, after.get(file)]).toEqual([file, made]);
    }
    const added = [...after].filter(([file]) => !before.has(file)).map(([, { size }]) => size);
    expect(added.length).toBeGreaterThan(0);
    expect(added.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
});

test("a refresh is clean", async () => {
    const { output } = await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(output).toMatch(/3 unchanged/);
});

test("a refresh shows a machine that died, and up starts it again", async () => {
    process.kill(await theMachine(), "SIGKILL");
    await stack.succeed("refresh", "--yes", "--skip-preview");
    const { deployment } = JSON.parse((await stack.succeed("stack", "export")).stdout);
    const machine = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::redis"));
    expect(machine.outputs.status).toBe("stopped");
    const steps = await preview();
    expect(steps.get("redis")?.map(({ op }) => op)).toEqual(["update"]);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await ping(address)).toBe("PONG");
    expect(await stack.output("address")).toBe(address);
});

test.each([
    ["a misspelt package", '["redis-server"]', '["redsi-server"]', /services\[0\]\.image.*redsi-server/s],
    [
        "a port twice",
        "[{ guest: 6379 }]",
        "[{ guest: 6379, host: 7001 }, { guest: 6380, host: 7001 }]",
        /ports\[1\]\.host/,
    ],
    ["memory that is not a size", '"256 MB"', '"lots" as "1 MB"', /memory.*lots/s],
])("%s fails in preview with the property's path", async (_name, right, wrong, message) => {
    stack.edit((program) => program.replace(right, wrong));
    const { output } = await stack.fail("preview");
    stack.edit((program) => program.replace(wrong, right));
    expect(output).toMatch(message);
});

test("a secret in a file stays out of the exported state, the logs and the console", async () => {
    await stack.succeed("config", "set", "--secret", "token", secret);
    stack.edit((program) =>
        program
            .replace("import * as linuxkit", 'import * as pulumi from "@pulumi/pulumi";\nimport * as linuxkit')
            .replace(
                "    services: [",
                '    files: [{ path: "/etc/token", contents: new pulumi.Config().requireSecret("token") }],\n    services: [',
            )
            .replace("assembly: redisOs", "assembly: redisOs, spdx: true")
            .replace(
                'command: ["redis-server"',
                'binds: ["/etc/token:/etc/token:ro"],\n            command: ["redis-server"',
            ),
    );
    const logs = (await stack.succeed("preview", "--diff")).output;
    const up = (await stack.succeed("up", "--yes", "--skip-preview", "--diff", "--logtostderr", "-v=3")).output;
    const exported = (await stack.succeed("stack", "export")).stdout;
    expect(await ping(address)).toBe("PONG");
    for (const text of [logs, up, exported]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(Buffer.from(secret).toString("base64"));
    }
    const machine = JSON.parse(exported).deployment.resources.find(({ urn }: { urn: string }) =>
        urn.endsWith("::redis-os"),
    );
    expect(machine.inputs.digest).toHaveProperty("ciphertext");
    expect(machine.outputs.initrd).toHaveProperty("ciphertext");
    expect(machine.outputs.sbom).toHaveProperty("ciphertext");
    expect(machine.inputs["services.redis"].command[0]).toBe("redis-server");
    const console = filesBelow(stack.stateDirectory).filter((file) => file.endsWith("console.log"));
    expect(console).toHaveLength(1);
    expect(readFileSync(path.join(stack.stateDirectory, console[0] ?? ""), "utf8")).not.toContain(secret);
});

test("a forced replace boots a fresh machine on the same port", async () => {
    const pid = await theMachine();
    const urn = JSON.parse((await stack.succeed("stack", "export")).stdout).deployment.resources.find(
        ({ urn: candidate }: { urn: string }) => candidate.endsWith("::redis"),
    ).urn;
    await stack.succeed("up", "--yes", "--skip-preview", "--replace", urn);
    expect(await theMachine()).not.toBe(pid);
    expect(await stack.output("address")).toBe(address);
    expect(await ping(address)).toBe("PONG");
});

test("with the store emptied, up changes nothing, and a changed machine makes what it needs from the plan", async () => {
    expect(filesBelow(stack.storeDirectory).length).toBeGreaterThan(0);
    rmSync(stack.storeDirectory, { recursive: true, force: true });
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    stack.edit((program) => program.replace('"256 MB"', '"320 MB"'));
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await ping(address)).toBe("PONG");
});

test("destroy leaves no process, no file and no port", async () => {
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await processesOfStack(stack)).toEqual([]);
    expect(filesBelow(stack.stateDirectory)).toEqual([hostKey]);
    expect(await isClosed(address)).toBe(true);
});
