import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "../../tools/demo/redis.ts";
import { filesBelow } from "../../tools/process/leftovers.ts";
import { machinesOf, processesOfStack } from "./support/processes";
import { disposeStacks, startStack, type Stack } from "./support/stack";

let stack: Stack;
beforeAll(async () => {
    stack = await startStack("examples/redis-replica");
});
afterAll(disposeStacks);

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly newState?: { readonly inputs?: { readonly networks?: unknown; readonly group?: string } };
}

async function previewed(): Promise<readonly Step[]> {
    const { stdout } = await stack.succeed("preview", "--json");
    return (JSON.parse(stdout) as { steps: readonly Step[] }).steps;
}

const named = (steps: readonly Step[], name: string): Step | undefined =>
    steps.find(({ urn }) => urn.endsWith(`::${name}`));

async function replicaAddresses(): Promise<readonly string[]> {
    return JSON.parse((await stack.succeed("stack", "output", "replicaAddresses", "--json")).stdout) as string[];
}

/** Asks until the answer is there: a replica follows within moments. */
async function answers(address: string, answer: string, ...words: readonly string[]): Promise<void> {
    while ((await ask(address, ...words)) !== answer) {
        await delay(250);
    }
}

test("a first preview knows the network and every address, and up makes what it showed", async () => {
    const steps = await previewed();
    const group = named(steps, "redis")?.newState?.inputs?.group;
    expect(group).toMatch(/^239\.19\d\.\d+\.\d+:\d{5}$/);
    const place = (address: string, name: string): unknown => ({ group, subnet: "10.77.0.0/24", address, name });
    expect(named(steps, "primary")?.newState?.inputs?.networks).toEqual([place("10.77.0.2", "primary")]);
    expect(named(steps, "replica-1")?.newState?.inputs?.networks).toEqual([
        place(expect.stringMatching(/^10\.77\.0\.\d+$/) as never, "replica-1"),
    ]);

    await stack.succeed("up", "--yes", "--skip-preview");
    const { stdout } = await stack.succeed("stack", "export");
    expect(stdout).toContain(`"group": "${group}"`);
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
});

test("a replica finds the primary by its name", async () => {
    expect(await ask(await stack.output("address"), "SET", "colour", "blue")).toBe("+OK");
    const [replica = ""] = await replicaAddresses();
    await answers(replica, "$4\r\nblue", "GET", "colour");
});

test("one more replica is made, and no other machine is touched", async () => {
    const before = await machinesOf(stack);
    stack.edit((program) => program.replace('["replica-1"]', '["replica-0", "replica-1"]'));
    const steps = await previewed();
    expect(named(steps, "replica-0")?.op).toBe("create");
    expect(["redis", "primary", "replica-1"].map((name) => named(steps, name)?.op ?? "same")).toEqual([
        "same",
        "same",
        "same",
    ]);

    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await machinesOf(stack)).toEqual(expect.arrayContaining(before));
    const [fresh = ""] = await replicaAddresses();
    await answers(fresh, "$4\r\nblue", "GET", "colour");
    const hosts = filesBelow(stack.stateDirectory).filter((name) => name.endsWith("names/hosts"));
    expect(hosts).toHaveLength(3);
    for (const name of hosts) {
        const lines = readFileSync(path.join(stack.stateDirectory, name), "utf8").trim().split("\n");
        expect(new Set(lines.map((line) => line.split(" ")[1]))).toEqual(
            new Set(["primary", "replica-0", "replica-1"]),
        );
    }
});

test("an address twice fails in preview, with the property's path", async () => {
    stack.edit((program) =>
        program.replace("networks: [{ network }]", 'networks: [{ network, address: "10.77.0.2" }]'),
    );
    expect((await stack.fail("preview")).output).toMatch(
        /networks\[0\]\.address: 10\.77\.0\.2 is the address of the machine "primary" on this network too/,
    );
});

test("destroy leaves nothing", async () => {
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await processesOfStack(stack)).toEqual([]);
    expect(filesBelow(stack.stateDirectory).filter((name) => path.basename(name) !== "key")).toEqual([]);
});
