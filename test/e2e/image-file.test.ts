import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { disposeStacks, startStack, type Stack } from "./support/stack";

const machine = /const redis = .*\n/;
const file = `const file = new linuxkit.ImageFile("file", { image, format: "raw-bios", path: "build/os.img" });\n`;
let stack: Stack;

beforeAll(async () => {
    stack = await startStack("examples/redis-os");
    stack.edit((program) =>
        program
            .replace(machine, file)
            .replace(/export const address = .*\n/, "export const { digest: made, sha256, path } = file;\n"),
    );
});

afterAll(disposeStacks);

const at = (...names: string[]): string => path.join(stack.programDirectory, "build", ...names);
const sha256 = (name: string): string =>
    createHash("sha256")
        .update(readFileSync(at(name)))
        .digest("hex");

/** What a preview would do to the file. */
async function previewed(): Promise<string[]> {
    const { stdout } = await stack.succeed("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    return steps.flatMap(({ op, urn }) => (urn.endsWith("::file") && op !== "same" ? [op] : []));
}

test("a first preview knows what the file is made of", async () => {
    const { stdout } = await stack.succeed("preview", "--json");
    const { steps } = JSON.parse(stdout) as { steps: { urn: string; newState: { inputs: Record<string, unknown> } }[] };
    const inputs = steps.find(({ urn }) => urn.endsWith("::file"))?.newState.inputs;
    expect(inputs?.["digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(existsSync(at())).toBe(false);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(await stack.output("made")).toBe(inputs?.["digest"]);
});

test("up writes it, and a second one changes nothing", async () => {
    expect(await stack.output("sha256")).toBe(sha256("os.img"));
    expect(readdirSync(at())).toEqual(["os.img"]);
    await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
    const state = (await stack.succeed("stack", "export")).stdout;
    expect(state).not.toContain(stack.programDirectory);
});

test("a refresh shows a changed file, and up writes it anew", async () => {
    const before = sha256("os.img");
    writeFileSync(at("os.img"), "other");
    await stack.succeed("refresh", "--yes", "--skip-preview");
    expect(await previewed()).toEqual(["update"]);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(sha256("os.img")).toBe(before);
});

test("another size and another path are one update; the old file goes", async () => {
    stack.edit((program) => program.replace('path: "build/os.img"', 'path: "build/disk.img", size: "256 MB"'));
    expect(await previewed()).toEqual(["update"]);
    await stack.succeed("up", "--yes", "--skip-preview");
    expect(readdirSync(at())).toEqual(["disk.img"]);
    expect(readFileSync(at("disk.img")).length).toBe(256 << 20);
});

test.each([
    ["a format that is none", '"raw-bios"', '"raw-bois" as "raw-bios"', /format: "raw-bois".*did you mean "raw-bios"/s],
    ["a size that is none", '"256 MB"', '"lots" as "1 MB"', /size: .*lots/s],
])("%s fails in preview with the property", async (_, right, wrong, message) => {
    stack.edit((program) => program.replace(right, wrong));
    const { output } = await stack.fail("preview");
    stack.edit((program) => program.replace(wrong, right));
    expect(output).toMatch(message);
});

test("a forced replace leaves one file, and destroy none", async () => {
    const urn = (await stack.succeed("stack", "--show-urns")).stdout.match(/urn:\S+::file/)?.[0] ?? "";
    await stack.succeed("up", "--yes", "--skip-preview", "--target-replace", urn);
    expect(readdirSync(at())).toEqual(["disk.img"]);
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(existsSync(at())).toBe(false);
});
