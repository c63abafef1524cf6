import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { Account, destroy, startAwsStack, startPulumi, up, writeSmallImages } from "./support/aws";
import { disposeStacks, type Stack } from "./support/stack";

const program = (prefix: string, options: string): string => `
import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "pulumi-linuxkit";

const config = new pulumi.Config();
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const machines = numbers(config.requireNumber("images")).flatMap((image) => {
    const name = "${prefix}" + image;
    const assembly = new linuxkit.Assembly({
        architecture: "amd64",
        kernel: { image: linuxkit.oci.layout("images", "kernel") },
        init: [{ name: "init", image: linuxkit.oci.layout("images", "small") }],
        files: [{ path: "/etc/number", contents: String(image) }],
    });
    const ami = new linuxkit.aws.Image(name, { image: new linuxkit.Image(name, { assembly }) }, ${options});
    return numbers(config.requireNumber("each")).map(
        (each) => new linuxkit.aws.Instance(name + "-" + each, { ami, instanceType: "t3.micro" }),
    );
});
export const ids = pulumi.all(machines.map(({ id }) => id));
`;

const together = ["--parallel", "150"] as const;
const kindsOf = (images: number, instances: number): Readonly<Record<string, number>> => ({
    image: images,
    snapshot: images,
    instance: instances,
    "network-interface": instances,
    volume: instances,
});

interface Resource {
    readonly urn: string;
    readonly id?: string;
}

describeEmulator("many resources and stacks under the real CLI", () => {
    let emulator: Running;
    let account: Account;
    let stack: Stack;

    beforeAll(async () => {
        emulator = await running();
        await emulator.side("POST", "settings", {
            instanceStartMs: 200,
            instanceStopMs: 200,
            snapshotCompletionMs: 200,
        });
        account = new Account(emulator);
        stack = await startAwsStack("examples/redis-os", emulator);
        writeSmallImages(stack, { small: 1 << 18 });
        stack.edit(() => program("os", "{}"));
        await configure("test", 20, 5);
        await stack.succeed("stack", "init", "other", "--no-select");
        await stack.succeed("config", "set", "aws:region", "eu-central-1", "--stack", "other");
        await configure("other", 2, 1);
    });
    afterAll(async () => {
        await stack.succeed(...destroy, "--stack", "other");
        await disposeStacks();
        await end(emulator);
    });

    async function configure(name: string, images: number, each: number): Promise<void> {
        await stack.succeed("config", "set", "images", String(images), "--stack", name);
        await stack.succeed("config", "set", "each", String(each), "--stack", name);
    }

    async function counts(): Promise<Readonly<Record<string, number>>> {
        const kinds = Object.groupBy(await account.kinds(), (kind) => kind);
        return Object.fromEntries(Object.entries(kinds).map(([kind, all = []]) => [kind, all.length]));
    }

    /** Ids of a stack's AMIs and instances in state, by name. */
    async function ids(name: string): Promise<ReadonlyMap<string, string | undefined>> {
        const { stdout } = await stack.succeed("stack", "export", "--stack", name);
        const { deployment } = JSON.parse(stdout) as {
            readonly deployment: { readonly resources: readonly Resource[] };
        };
        const ours = deployment.resources.filter(({ urn }) => urn.includes("linuxkit/aws:"));
        return new Map(ours.map(({ urn, id }) => [urn.replace(/^.*linuxkit\/aws:/, ""), id]));
    }

    test("20 images with 100 instances, and another stack at the same time: each has its own, once", async () => {
        const other = startPulumi(stack, [...up, ...together, "--stack", "other"]);
        await stack.succeed(...up, ...together);
        expect([await other.ended, other.output()]).toEqual([0, expect.anything()]);
        expect(await counts()).toEqual(kindsOf(22, 102));
        const known = [...(await ids("test")).values(), ...(await ids("other")).values()];
        const found = (await account.existing()).filter(({ type }) => type === "image" || type === "instance");
        expect(found).toHaveLength(known.length);
        expect(new Set(found.map(({ id }) => id))).toEqual(new Set(known));
        expect(found.flatMap(({ tags }) => Object.keys(tags))).not.toContain("linuxkit-pending");
    });

    test("they go at once while the other stack is replaced by force", async () => {
        const before = await ids("other");
        const urn = (type: string, name: string): string =>
            `urn:pulumi:other::redis-os::pulumi-nodejs:dynamic/linuxkit/aws:${type}::${name}`;
        const forced = ["--replace", urn("Image", "os0"), "--replace", urn("Instance", "os1-0")];
        const other = startPulumi(stack, [...up, ...together, "--stack", "other", ...forced]);
        await stack.succeed(...destroy, ...together);
        expect([await other.ended, other.output()]).toEqual([0, expect.anything()]);
        expect(await counts()).toEqual(kindsOf(2, 2));
        const after = await ids("other");
        const same = [...after].filter(([name, id]) => before.get(name) === id).map(([name]) => name);
        expect(same).toEqual(["Image::os1"]);
    });

    test("what is renamed with an alias stays what it is, and goes on from there", async () => {
        const before = await ids("other");
        stack.edit(() =>
            program("renamed", "{ aliases: [{ name: `os${image}` }] }").replaceAll(
                'instanceType: "t3.micro" }',
                'instanceType: "t3.micro" }, { aliases: [{ name: `os${image}-${each}` }] }',
            ),
        );
        await stack.succeed(...up, "--stack", "other");
        const after = await ids("other");
        const renamed = [...before].map(([name, id]) => [name.replace("::os", "::renamed"), id] as const);
        expect(after).toEqual(new Map(renamed));
        await stack.succeed(...up, "--stack", "other", "--expect-no-changes");
        await stack.succeed(...destroy, "--stack", "other");
        expect(await account.existing()).toEqual([]);
    });
});
