import path from "node:path";
import { filesBelow } from "../../tools/process/leftovers.ts";
import { ask } from "../../tools/demo/redis.ts";
import { ext4Of } from "../support/ext4";
import { processesOfStack } from "./support/processes";
import { disposeStacks, startStack, type Stack } from "./support/stack";

const appendOnly = '"--appendonly"';
const declared = '{ size: "1 GB" }';
const grown = '{ size: "1536 MB" }';
let stack: Stack;
let address: string;
/** File of the disk. */
let file: string;

beforeAll(async () => {
    stack = await startStack("examples/redis-data");
});

afterAll(disposeStacks);

const disks = (): string[] =>
    filesBelow(stack.stateDirectory)
        .filter((name) => name.endsWith(".raw"))
        .map((name) => path.join(stack.stateDirectory, name));

/** What a preview would do to a resource of this name. */
async function previewed(wanted: string): Promise<string[]> {
    const { stdout } = await stack.succeed("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    return steps.flatMap(({ op, urn }) => (urn.endsWith(`::${wanted}`) ? [op] : []));
}

test("up makes the disk, and Redis keeps its data there", async () => {
    await stack.succeed("up", "--yes", "--skip-preview");
    address = await stack.output("address");
    expect(await ask(address, "SET", "colour", "blue")).toBe("+OK");
    [file = ""] = disks();
    expect(disks()).toHaveLength(1);
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
});

test("a smaller disk fails in preview with the property's path, both sizes and what to do", async () => {
    stack.edit((program) => program.replace(declared, '{ size: "512 MB" }'));
    const { output } = await stack.fail("preview");
    stack.edit((program) => program.replace('{ size: "512 MB" }', declared));
    expect(output).toMatch(/size: "512 MB" is less than the "1 GB".*declare "1 GB" or more/s);
});

test("another image and a larger disk: the machine is replaced, the disk grows, and the key is there", async () => {
    stack.edit((program) =>
        program.replace(declared, grown).replace(appendOnly, `"--maxmemory", "64mb", ${appendOnly}`),
    );
    expect(await previewed("data")).toEqual(["update"]);
    expect(await previewed("redis")).toEqual(expect.arrayContaining(["replace"]));
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await stack.output("address")).toBe(address);
    expect(await ask(address, "GET", "colour")).toBe("$4\r\nblue");
    expect(await ask(address, "CONFIG", "GET", "maxmemory")).toContain("67108864");
    expect(disks()).toEqual([file]);
    await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
});

test("a protected disk is not destroyed", async () => {
    stack.edit((program) => program.replace(grown, `${grown}, { protect: true }`));
    await stack.succeed("up", "--yes", "--skip-preview");
    expect((await stack.fail("destroy", "--preview-only")).output).toMatch(/protect/);
});

test("a disk that is retained outlives destroy, its filesystem as large as it has grown", async () => {
    stack.edit((program) => program.replace("protect: true", "retainOnDelete: true"));
    await stack.succeed("up", "--yes", "--skip-preview");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(await processesOfStack(stack)).toEqual([]);
    expect(ext4Of(file)).toEqual({ label: "redis", bytes: 1536 * 2 ** 20, isUnmounted: true });
});

test("a disk that is left is adopted with what Redis knows", async () => {
    const id = path.basename(file, ".raw");
    stack.edit((program) =>
        program.replace('{ size: "1536 MB" }, { retainOnDelete: true }', `{ size: "1536 MB", adopt: { id: "${id}" } }`),
    );
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await ask(await stack.output("address"), "GET", "colour")).toBe("$4\r\nblue");
    expect(disks()).toEqual([file]);
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    const forced = await stack.fail("up", "--yes", "--skip-preview", "--replace", "**data");
    expect(forced.output).toMatch(
        /adopt\.id: the disk .* is already "data" of stack .*, and a replacement would delete what it adopts: remove adopt, and the replacement is an empty disk/,
    );
});

test("one up moves the disk from a machine that the program has no more to another", async () => {
    stack.edit((program) => program.replace('Machine("redis"', 'Machine("cache"'));
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await ask(await stack.output("address"), "GET", "colour")).toBe("$4\r\nblue");
    expect(disks()).toEqual([file]);
});

test("destroy removes a disk that is not retained", async () => {
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(disks()).toEqual([]);
});
