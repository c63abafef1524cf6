import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { run } from "../../tools/process/run";
import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { Account, destroy, kill, startAwsStack, startPulumi, until, up, writeSmallImages } from "./support/aws";
import { disposeStacks, type Stack } from "./support/stack";

interface Declared {
    readonly content: string;
    readonly tag: string;
    /** Absent: no instance. */
    readonly instanceType?: string;
}

const program = ({ content, tag, instanceType }: Declared): string => `
import * as linuxkit from "pulumi-linuxkit";

const os = new linuxkit.Assembly({
    architecture: "amd64",
    kernel: { image: linuxkit.oci.layout("images", "kernel") },
    init: [{ name: "init", image: linuxkit.oci.layout("images", "${content}") }],
});
const image = new linuxkit.Image("os", { assembly: os });
const ami = new linuxkit.aws.Image("os", { image, tags: { tag: "${tag}" } });
export const amiId = ami.id;
${instanceType === undefined ? "" : instance(instanceType, tag)}
`;

const instance = (type: string, tag: string): string => `
const machine = new linuxkit.aws.Instance("machine", { ami, instanceType: "${type}", tags: { tag: "${tag}" } });
export const instanceId = machine.id;
`;

interface Crash {
    readonly who: "provider" | "CLI";
    readonly when: "before" | "after";
    readonly operation: string;
}

describeEmulator("what ends at a call, under the real CLI", () => {
    let emulator: Running;
    let account: Account;
    let stack: Stack;
    let declared: Declared = { content: "first", tag: "one" };

    beforeAll(async () => {
        emulator = await running();
        await emulator.side("POST", "settings", {
            instanceStartMs: 200,
            instanceStopMs: 200,
            snapshotCompletionMs: 200,
        });
        account = new Account(emulator);
        stack = await startAwsStack("examples/redis-os", emulator);
        writeSmallImages(stack, { first: 6 << 20, second: 2 << 20, third: 3 << 20 });
        declare(declared);
    });
    afterEach(() => account.release());
    afterAll(async () => {
        await disposeStacks();
        await end(emulator);
    });

    function declare(changes: Partial<Declared>): void {
        declared = { ...declared, ...changes };
        stack.edit(() => program(declared));
    }

    /** Runs it until that call, and kills who is to die. */
    async function crashed(args: readonly string[], { who, when, operation }: Crash): Promise<void> {
        await account.forgetCalls();
        await account.hold(operation, when);
        const cli = startPulumi(stack, args);
        await account.held(cli);
        await kill(stack, cli, who);
        await account.release();
    }

    /** What is declared, each once and finished, which the stack knows. */
    async function expectWhole(): Promise<void> {
        const hasInstance = declared.instanceType !== undefined;
        const found = await account.existing();
        const ofInstance = ["instance", "network-interface", "volume"];
        const kinds = [...["image", "snapshot"], ...(hasInstance ? ofInstance : [])];
        expect(found.map(({ type }) => type).toSorted()).toEqual(kinds.toSorted());
        const ids = [await stack.output("amiId"), ...(hasInstance ? [await stack.output("instanceId")] : [])];
        expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
        for (const { tags } of found) {
            expect(tags).toMatchObject({ tag: declared.tag });
            expect(tags).not.toHaveProperty("linuxkit-pending");
        }
    }

    const expectNoChanges = (): Promise<unknown> => stack.succeed(...up, "--expect-no-changes");

    test("a create, the provider before the snapshot is started: destroy leaves nothing", async () => {
        await crashed(up, { who: "provider", when: "before", operation: "StartSnapshot" });
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual([]);
    });

    test("a create, the CLI after the snapshot was started: up goes on with that one", async () => {
        await crashed(up, { who: "CLI", when: "after", operation: "StartSnapshot" });
        const [snapshot] = await account.existing();
        await stack.succeed(...up);
        expect((await account.existing()).map(({ id }) => id)).toContain(snapshot?.id);
        await expectWhole();
    });

    test("an update, the provider after it took effect: up finds nothing to mend twice", async () => {
        declare({ tag: "two" });
        await crashed(up, { who: "provider", when: "after", operation: "CreateTags" });
        await stack.succeed(...up);
        await expectWhole();
    });

    test("an update, the CLI before it takes effect: up makes it", async () => {
        declare({ tag: "three" });
        await crashed(up, { who: "CLI", when: "before", operation: "CreateTags" });
        await stack.succeed(...up);
        await expectWhole();
    });

    test.each<Crash>([
        { who: "provider", when: "after", operation: "RegisterImage" },
        { who: "CLI", when: "after", operation: "DeregisterImage" },
    ])("a replacement, the $who $when $operation: up ends with one", async (crash) => {
        declare({ content: declared.content === "second" ? "third" : "second" });
        await crashed(up, crash);
        await stack.succeed(...up);
        await expectWhole();
    });

    test("a replacement whose registration is refused is taken back, and the image before it stays", async () => {
        const before = await account.existing();
        declare({ content: "first" });
        const refusal = { kind: "error-before", code: "UnauthorizedOperation", status: 403, times: 100 };
        await emulator.side("POST", "faults", { operation: "RegisterImage", ...refusal });
        const { output } = await stack.fail(...up);
        expect(output).toContain("ec2:RegisterImage failed: UnauthorizedOperation");
        expect(await account.existing()).toEqual(before);
        await account.release();
        await stack.succeed(...up);
        await expectWhole();
        await expectNoChanges();
    });

    test.each<Crash>([
        { who: "provider", when: "before", operation: "DeregisterImage" },
        { who: "CLI", when: "after", operation: "DeregisterImage" },
    ])("a destroy, the $who $when $operation: destroy leaves nothing", async (crash) => {
        await stack.succeed(...up);
        await crashed(destroy, crash);
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual([]);
    });

    /** Presses Ctrl-C when some blocks are sent; gives how many of them were answered. */
    async function interruptedUpload(): Promise<number> {
        await account.forgetCalls();
        await account.hold("PutSnapshotBlock", "before", 6);
        const cli = startPulumi(stack, up);
        await until("upload", async () => (await account.blocks()).length >= 5);
        await delay(500);
        const pressed = Date.now();
        process.kill(-(cli.process.pid as number), "SIGINT");
        await cli.ended;
        expect(Date.now() - pressed).toBeLessThan(5_000);
        expect(cli.output()).toContain("what was uploaded is kept, and the next `pulumi up` on this machine");
        expect(await account.existing()).toMatchObject([{ type: "snapshot", state: "pending" }]);
        await account.release();
        return (await account.blocks()).length;
    }

    /** Ends with 3 where it lists what is left. */
    async function gc(...args: string[]): Promise<string> {
        const command = path.join(stack.programDirectory, "node_modules/.bin/pulumi-linuxkit");
        const options = { cwd: stack.programDirectory, env: stack.env };
        const { code, output, stdout } = await run(command, ["gc", "--aws", ...args], options);
        if (code !== (args.includes("--yes") ? 0 : 3)) throw new Error(output);
        return stdout;
    }

    const sorted = (blocks: readonly number[]): readonly number[] => blocks.toSorted((one, other) => one - other);
    let whole: readonly number[];

    test("Ctrl-C in an upload ends it within 5 s; the next up sends what is missing and what was under way", async () => {
        expect(await interruptedUpload()).toBe(5);
        await stack.succeed(...up);
        whole = sorted(await account.blocks());
        expect(whole.length).toBeGreaterThan(6);
        expect(new Set(whole).size).toBe(whole.length);
        await expectWhole();
        await stack.succeed(...destroy);
    });

    test("Ctrl-C while AWS does not answer ends it within 5 s too; the next up goes on from there", async () => {
        await account.forgetCalls();
        await account.hold("RegisterImage", "before");
        const cli = startPulumi(stack, up);
        await account.held(cli);
        const pressed = Date.now();
        process.kill(-(cli.process.pid as number), "SIGINT");
        await cli.ended;
        expect(Date.now() - pressed).toBeLessThan(5_000);
        expect(cli.output()).toContain("what was uploaded is kept, and the next `pulumi up` on this machine");
        await account.release();
        await stack.succeed(...up);
        expect(sorted(await account.blocks())).toEqual(whole);
        await expectWhole();
        await stack.succeed(...destroy);
    });

    test("where the store is gone the next up sends all of it, and deletes what was left", async () => {
        const before = await interruptedUpload();
        const [left] = await account.existing();
        rmSync(path.join(stack.storeDirectory, "uploads"), { recursive: true });
        await stack.succeed(...up);
        expect(sorted((await account.blocks()).slice(before))).toEqual(whole);
        expect((await account.existing()).map(({ id }) => id)).not.toContain(left?.id);
        await expectWhole();
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual([]);
    });

    test("an instance, the CLI after its launch, then destroy: gc finds what is left of it", async () => {
        declare({ instanceType: "t3.micro" });
        await crashed(up, { who: "CLI", when: "after", operation: "RunInstances" });
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual(["instance", "network-interface", "volume"]);
        expect(await gc("--json")).toMatch(/"unfinished"/);
        await gc("--yes");
        expect(await account.kinds()).toEqual([]);
    });

    test("an instance, the provider after its launch: up goes on with that one", async () => {
        await crashed(up, { who: "provider", when: "after", operation: "RunInstances" });
        const launched = (await account.existing()).find(({ type }) => type === "instance");
        await stack.succeed(...up);
        expect(await stack.output("instanceId")).toBe(launched?.id);
        await expectWhole();
    });

    test("an instance that is stopped for another type, the provider after that: up starts it", async () => {
        declare({ instanceType: "t3.small" });
        await crashed(up, { who: "provider", when: "after", operation: "StopInstances" });
        await stack.succeed(...up);
        await expectWhole();
        const found = (await account.existing()).find(({ type }) => type === "instance");
        expect(found?.state).toBe("running");
    });

    test.each<Crash>([
        { who: "provider", when: "before", operation: "RunInstances" },
        { who: "CLI", when: "after", operation: "RunInstances" },
        { who: "provider", when: "before", operation: "TerminateInstances" },
    ])("a replaced instance, the $who $when $operation: up ends with one", async (crash) => {
        declare({ content: declared.content === "second" ? "third" : "second" });
        await crashed(up, crash);
        await stack.succeed(...up);
        await expectWhole();
    });

    test("a destroyed instance, the CLI after its termination: destroy leaves nothing", async () => {
        await expectNoChanges();
        await crashed(destroy, { who: "CLI", when: "after", operation: "TerminateInstances" });
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual([]);
    });
});
