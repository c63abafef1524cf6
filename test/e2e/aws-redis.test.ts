import { createHash } from "node:crypto";
import { GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { CreateSecurityGroupCommand, DeleteSecurityGroupCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { ask, isClosed, ping } from "../../tools/demo/redis.ts";
import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { Account, destroy, region, startAwsStack, up } from "./support/aws";
import { disposeStacks, type Stack } from "./support/stack";

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly replaceReasons?: readonly string[];
    readonly newState?: { readonly inputs: Readonly<Record<string, unknown>> };
}

/** What stands as long as the stack does, each once. */
const whole = ["image", "instance", "network-interface", "security-group", "snapshot", "volume"];

describeEmulator("Redis on AWS under the real CLI", () => {
    let emulator: Running;
    let account: Account;
    let stack: Stack;
    let group: string;

    beforeAll(async () => {
        emulator = await running(undefined, "tcg");
        account = new Account(emulator);
        stack = await startAwsStack("examples/aws-redis", emulator);
        const made = new CreateSecurityGroupCommand({ GroupName: "redis", Description: "Redis" });
        group = (await emulator.ec2().send(made)).GroupId as string;
        await stack.succeed("config", "set", "securityGroupId", group);
        await account.forgetCalls();
    });
    afterAll(async () => {
        await disposeStacks();
        await end(emulator);
    });

    /** What a preview would do, by type and name of the resource; unchanged resources left out. */
    async function preview(): Promise<Map<string, Step[]>> {
        const { stdout } = await stack.succeed("preview", "--json");
        const steps = (JSON.parse(stdout) as { readonly steps: readonly Step[] }).steps.filter(
            ({ op }) => op !== "same",
        );
        return Map.groupBy(steps, ({ urn }) => urn.replace(/^.*linuxkit/, ""));
    }

    /** "host:port" of this machine, where the instance's Redis is reached. */
    async function address(instanceId: string): Promise<string> {
        const { port } = (await emulator.side("POST", "forwards", { instanceId, port: 6379 })) as { port: number };
        return `127.0.0.1:${port}`;
    }

    async function ids(): Promise<readonly [ami: string, instance: string]> {
        return [await stack.output("amiId"), await stack.output("instanceId")];
    }

    /** SHA-256 of each block of the one snapshot, as it is read back. */
    async function contents(): Promise<ReadonlyMap<number, string>> {
        const ebs = emulator.ebs();
        const SnapshotId = (await account.existing()).find(({ type }) => type === "snapshot")?.id;
        const digests = new Map<number, string>();
        const { Blocks = [] } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId, MaxResults: 10_000 }));
        for (const { BlockIndex, BlockToken } of Blocks) {
            const block = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
            const bytes = await block.BlockData?.transformToByteArray();
            digests.set(
                BlockIndex as number,
                createHash("sha256")
                    .update(bytes ?? "")
                    .digest("hex"),
            );
        }
        return digests;
    }

    test("a preview knows names, digest and region, and asks AWS to make nothing", async () => {
        const steps = await preview();
        expect(steps.get("/aws:Image::redis-os")?.[0]).toMatchObject({
            op: "create",
            newState: {
                inputs: {
                    name: expect.stringMatching(/^redis-os-[0-9a-f]{12}$/),
                    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
                    region,
                },
            },
        });
        expect(steps.get("/aws:Instance::redis")?.map(({ op }) => op)).toEqual(["create"]);
        expect((await account.calls()).filter(({ operation }) => !/^(Describe|Get)/.test(operation))).toEqual([]);
    });

    test("up uploads, registers and launches, and Redis answers", async () => {
        await stack.succeed(...up);
        const [ami, instance] = await ids();
        const redis = await address(instance);
        expect(await ping(redis)).toBe("PONG");
        expect(await ask(redis, "CONFIG", "GET", "maxmemory")).toContain(String(256 * 1024 * 1024));
        const found = await account.existing();
        expect(found.map(({ type }) => type).toSorted()).toEqual(whole);
        expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([ami, instance, group]));
        expect(found.flatMap(({ tags }) => Object.keys(tags))).not.toContain("linuxkit-pending");
    });

    test("nothing changes by itself, and state holds neither credentials nor a path", async () => {
        await stack.succeed(...up, "--expect-no-changes");
        await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
        const state = (await stack.succeed("stack", "export")).stdout;
        expect(state).not.toContain(stack.env["AWS_ACCESS_KEY_ID"]);
        expect(state).not.toContain(stack.directory);
        expect(state).toContain("111111111111");
    });

    test("a change is previewed by component and resource, made before the old goes, and sent by its blocks", async () => {
        const former = await ids();
        const before = await contents();
        const old = await address(former[1]);
        stack.edit((program) => program.replace('/redis.conf"]', '/redis.conf", "--save", ""]'));
        const steps = await preview();
        expect([...steps.keys()].toSorted()).toEqual(
            [":Image::redis-os", "/aws:Image::redis-os", "/aws:Instance::redis"].toSorted(),
        );
        expect(steps.get(":Image::redis-os")?.map(({ op }) => op)).toEqual(["update"]);
        for (const [resource, reason] of [
            ["/aws:Image::redis-os", "image"],
            ["/aws:Instance::redis", "ami"],
        ] as const) {
            expect(steps.get(resource)?.[0]).toMatchObject({
                op: expect.stringMatching(/replace/),
                replaceReasons: expect.arrayContaining([reason]),
            });
        }
        expect((await stack.succeed("preview")).stdout).toMatch(/redis-os .*services\.redis/);

        await account.forgetCalls();
        await stack.succeed(...up);
        const order = (await account.calls()).map(({ operation }) => operation);
        expect(order.indexOf("TerminateInstances")).toBeGreaterThan(order.lastIndexOf("RunInstances"));
        expect(order.indexOf("DeregisterImage")).toBeGreaterThan(order.lastIndexOf("TerminateInstances"));
        const after = await contents();
        const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
            (at) => before.get(at) !== after.get(at),
        );
        const sent = await account.blocks();
        expect(sent.length).toBeGreaterThanOrEqual(differing.length);
        expect(sent.length).toBeLessThanOrEqual(1.1 * differing.length);
        expect(sent.length).toBeLessThan(before.size);
        expect(await account.kinds()).toEqual(whole);
        const [, instance] = await ids();
        expect([await ping(await address(instance)), await isClosed(old)]).toEqual(["PONG", true]);
        await stack.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    });

    test("an instance that was terminated outside is seen by a refresh, and launched again", async () => {
        const [ami, former] = await ids();
        await emulator.ec2().send(new TerminateInstancesCommand({ InstanceIds: [former] }));
        await stack.succeed("refresh", "--yes", "--skip-preview");
        const steps = await preview();
        expect([...steps].map(([resource, [step]]) => [resource, step?.op])).toEqual([
            ["/aws:Instance::redis", "create"],
        ]);
        await stack.succeed(...up);
        const [same, instance] = await ids();
        expect([same, instance === former]).toEqual([ami, false]);
        expect(await ping(await address(instance))).toBe("PONG");
        expect(await account.kinds()).toEqual(whole);
    });

    test("destroy leaves nothing in any region, pending or not", async () => {
        await stack.succeed(...destroy);
        expect(await account.kinds()).toEqual(["security-group"]);
        await emulator.ec2().send(new DeleteSecurityGroupCommand({ GroupId: group }));
        expect(await account.existing()).toEqual([]);
    });
});
