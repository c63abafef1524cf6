import { setTimeout as delay } from "node:timers/promises";
import { DEFAULT_CREDENTIALS } from "../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { startPulumi, until } from "./support/interruption";
import { disposeStacks, startStack, type Stack } from "./support/stack";

interface Existing {
    readonly type: string;
    readonly id: string;
    readonly state: string;
    readonly tags: Readonly<Record<string, string>>;
}

interface Call {
    readonly operation: string;
    readonly outcome: string;
    readonly input: Readonly<Record<string, unknown>>;
}

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly replaceReasons?: readonly string[];
    readonly newState?: { readonly inputs: Readonly<Record<string, unknown>> };
}

const region = "eu-central-1";
const [account] = DEFAULT_CREDENTIALS;

describeEmulator("an AMI under the real CLI", () => {
    let emulator: Running;
    let stack: Stack;

    beforeAll(async () => {
        emulator = await running();
        stack = await startStack("examples/redis-os");
        Object.assign(stack.env, {
            AWS_ENDPOINT_URL: emulator.endpoint,
            AWS_ACCESS_KEY_ID: account?.accessKeyId,
            AWS_SECRET_ACCESS_KEY: account?.secretAccessKey,
        });
        await stack.succeed("config", "set", "aws:region", region);
        stack.edit((program) =>
            program
                .replace(/const redis = .*\n/, `const ami = new linuxkit.aws.Image("redis-os", { image });\n`)
                .replace(/export const address = .*\n/, "export const amiId = ami.id;\n"),
        );
    });
    afterAll(async () => {
        await disposeStacks();
        await end(emulator);
    });

    const existing = async (): Promise<readonly Existing[]> =>
        (await emulator.side("GET", "existing")) as readonly Existing[];

    async function puts(): Promise<number> {
        const calls = (await emulator.side("GET", "calls")) as readonly Call[];
        return calls.filter(({ operation, outcome }) => operation === "PutSnapshotBlock" && outcome === "answered")
            .length;
    }

    /** What a preview would do to the AMI. */
    async function previewed(): Promise<Step | undefined> {
        const { stdout } = await stack.succeed("preview", "--json");
        const { steps } = JSON.parse(stdout) as { steps: readonly Step[] };
        return steps.find(({ op, urn }) => urn.includes("aws:Image::") && op !== "same");
    }

    test("a preview knows name, digest and region, and asks AWS for nothing", async () => {
        const step = await previewed();
        expect(step?.op).toBe("create");
        expect(step?.newState?.inputs).toMatchObject({
            name: expect.stringMatching(/^redis-os-[0-9a-f]{12}$/),
            digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
            region,
        });
        expect(await emulator.side("GET", "calls")).toEqual([]);
    });

    test("Ctrl-C in an upload ends it soon and says how to go on, and the next up sends what is missing", async () => {
        await emulator.side("POST", "faults", {
            operation: "PutSnapshotBlock",
            kind: "hang-before",
            nth: 9,
            times: 10_000,
        });
        const cli = startPulumi(stack, ["up", "--yes", "--skip-preview"]);
        await until("upload", async () => (await puts()) >= 8);
        await delay(500);
        const before = Date.now();
        process.kill(-(cli.process.pid as number), "SIGINT");
        await cli.ended;
        expect(Date.now() - before).toBeLessThan(10_000);
        expect(cli.output()).toContain("what was uploaded is kept, and the next `pulumi up` on this machine");
        expect(await existing()).toMatchObject([{ type: "snapshot", state: "pending" }]);
        await emulator.side("DELETE", "faults");
        await stack.succeed("up", "--yes", "--skip-preview");
        const calls = (await emulator.side("GET", "calls")) as readonly Call[];
        const sent = calls
            .filter(({ operation, outcome }) => operation === "PutSnapshotBlock" && outcome === "answered")
            .map(({ input }) => input["BlockIndex"]);
        expect(new Set(sent).size).toBe(sent.length);
        const found = await existing();
        expect(found.map(({ type }) => type).toSorted()).toEqual(["image", "snapshot"]);
        expect(found.flatMap(({ tags }) => Object.keys(tags))).not.toContain("linuxkit-pending");
        expect(found.map(({ id }) => id)).toContain(await stack.output("amiId"));
    });

    test("nothing changes by itself, and state holds neither credentials nor a path", async () => {
        await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
        await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
        const state = (await stack.succeed("stack", "export")).stdout;
        expect(state).not.toContain(account?.accessKeyId);
        expect(state).not.toContain(stack.directory);
        expect(state).toContain(account?.account);
    });

    test("another image is another AMI, made first, and only what differs is sent", async () => {
        const former = await stack.output("amiId");
        const all = await puts();
        await emulator.side("DELETE", "calls");
        stack.edit((program) => program.replace('"--protected-mode", "no"', '"--protected-mode", "no", "--save", ""'));
        expect(await previewed()).toMatchObject({ op: expect.stringMatching(/replace/), replaceReasons: ["image"] });
        await stack.succeed("up", "--yes", "--skip-preview");
        const calls = (await emulator.side("GET", "calls")) as readonly Call[];
        const order = calls.map(({ operation }) => operation);
        expect(order.indexOf("DeregisterImage")).toBeGreaterThan(order.indexOf("RegisterImage"));
        expect(await puts()).toBeLessThan(all);
        expect(await puts()).toBeGreaterThan(0);
        expect(await existing()).toHaveLength(2);
        expect(await stack.output("amiId")).not.toBe(former);
    });

    test("destroy leaves nothing in any region", async () => {
        await stack.succeed("destroy", "--yes", "--skip-preview");
        expect(await existing()).toEqual([]);
    });
});
