import { filesBelow } from "../../tools/process/leftovers.ts";
import { ping } from "../../tools/demo/redis.ts";
import { machinesOf, processesOfStack } from "./support/processes";
import { disposeStacks, startStack, type Stack } from "./support/stack";

let stack: Stack;

beforeAll(async () => {
    stack = await startStack("examples/redis-os");
});

afterAll(disposeStacks);

/** The program with its resources below a component, which they move to when they exist already. */
function wrapped(program: string): string {
    const component = [
        'const parent = new pulumi.ComponentResource("acme:index:Fleet", "fleet");',
        "const opts = { parent, aliases: [{ parent: pulumi.rootStackResource }] };",
        "const image =",
    ];
    return program
        .replace("import * as linuxkit", 'import * as pulumi from "@pulumi/pulumi";\nimport * as linuxkit')
        .replace("const image =", component.join("\n"))
        .replace("{ assembly: redisOs }", "{ assembly: redisOs }, opts")
        .replace("[{ guest: 6379 }] }", "[{ guest: 6379 }] }, opts");
}

async function resourceTypes(): Promise<string[]> {
    const { stdout } = await stack.succeed("stack", "export");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: { urn: string }[] } };
    return deployment.resources.map(({ urn }) => urn.split("::")[2] ?? "");
}

test("an image and a machine move below a component, and get another readiness, without a new boot", async () => {
    await stack.succeed("up", "--yes", "--skip-preview");
    const address = await stack.output("address");
    const machines = await machinesOf(stack);
    expect(machines).toHaveLength(1);

    stack.edit(wrapped);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await machinesOf(stack)).toEqual(machines);
    expect(await stack.output("address")).toBe(address);
    expect(await ping(address)).toBe("PONG");
    expect(await resourceTypes()).toEqual(
        expect.arrayContaining([
            "acme:index:Fleet$pulumi-nodejs:dynamic/linuxkit:Image",
            "acme:index:Fleet$pulumi-nodejs:dynamic/linuxkit/qemu:Machine",
        ]),
    );
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");

    stack.edit((program) =>
        program.replace("{ assembly: redisOs }", "{ assembly: redisOs, readiness: { tcp: 6379 } }"),
    );
    const { stdout } = await stack.succeed("preview", "--diff");
    expect(stdout).toContain("readiness");
    expect(stdout).toMatch(/~ 1 to update\n +\d+ unchanged/);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await machinesOf(stack)).toEqual(machines);

    stack.edit((program) => program.replace('"256 MB"', '"320 MB"'));
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await stack.output("address")).toBe(address);
    expect(await machinesOf(stack)).toHaveLength(1);
    expect(await ping(address)).toBe("PONG");

    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await processesOfStack(stack)).toEqual([]);
    expect(filesBelow(stack.stateDirectory).filter((file) => file !== "pulumi-linuxkit/key")).toEqual([]);
});
