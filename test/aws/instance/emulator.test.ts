import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateVolumeCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import type { InstanceEnvironment } from "../../../providers/aws/instance/environment";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { declaredAt, machineImage, made, scale, sdkHandler } from "./support/emulated";

interface Existing {
    readonly type: string;
    readonly id: string;
}

describeEmulator("with the SDK's clients against the emulator", () => {
    let emulator: Running;
    let directory: string;
    let ami: string;
    const before = { ...process.env };

    beforeEach(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-instances-"));
        const [{ accessKeyId, secretAccessKey } = { accessKeyId: "", secretAccessKey: "" }] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
        await emulator.side("POST", "clock", { scale });
        ami = await machineImage(emulator);
        await emulator.side("POST", "settings", { consistencyMs: 2000 });
    });
    afterEach(async () => {
        process.env = { ...before };
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    const program = (changes: Properties = {}): Properties => declaredAt(emulator.endpoint, { ami, ...changes });
    const handler = (changes: Partial<InstanceEnvironment> = {}): Handler => sdkHandler(directory, changes);

    /** Beside the AMI and its snapshot. */
    async function existing(): Promise<readonly string[]> {
        const all = (await emulator.side("GET", "existing")) as readonly Existing[];
        return all.map(({ type }) => type).filter((type) => type !== "image" && type !== "snapshot");
    }

    test("an instance is launched, read, changed in place and terminated, and nothing is left", async () => {
        const { id, outs } = await made(handler(), program({ userData: "hello", tags: { team: "storage" } }));
        expect(outs).toMatchObject({
            status: "running",
            account: "111111111111",
            arn: `arn:aws:ec2:eu-central-1:111111111111:instance/${id}`,
            availabilityZone: expect.stringMatching(/^eu-central-1/),
            privateIp: expect.stringMatching(/^\d+\./),
            publicIp: expect.stringMatching(/^\d+\./),
            privateDns: expect.stringContaining(".compute.internal"),
            publicDns: expect.stringContaining(".amazonaws.com"),
        });
        expect((await existing()).toSorted()).toEqual(["instance", "network-interface", "volume"]);
        const read = await handler().read(id, outs);
        const { inputs } = await handler().check(outs, program({ userData: "hello", tags: { team: "storage" } }));
        expect(await handler().diff(id, read.outs, inputs)).toMatchObject({ changes: false });

        const bigger = program({ userData: "hello", instanceType: "t3.small", disableApiTermination: true });
        const { inputs: next } = await handler().check(inputs, bigger);
        expect(await handler().diff(id, read.outs, next)).toMatchObject({ changes: true, replaces: [] });
        const updated = await handler().update(id, read.outs, next);
        const again = await handler().read(id, updated.outs);
        expect(again.outs).toMatchObject({ instanceType: "t3.small", tagsAll: { Name: "redis" }, status: "running" });
        expect(await handler().diff(id, again.outs, next)).toMatchObject({ changes: false });

        await expect(handler().delete(id, again.outs)).rejects.toMatchObject({ code: "instance-protected" });
        const free = await handler().check(next, program({ userData: "hello", instanceType: "t3.small" }));
        const last = await handler().update(id, again.outs, free.inputs);
        await handler().delete(id, last.outs);
        expect(await existing()).toEqual([]);
        expect((await handler().read(id, last.outs)).id).toBe("");
    });

    test("an answer that was lost, throttling and a hang launch one instance", async () => {
        const throttled = { kind: "error-before", code: "RequestLimitExceeded", status: 503 };
        for (const fault of [
            { operation: "RunInstances", kind: "cut-after" },
            { operation: "DescribeInstances", ...throttled, times: 2 },
            { operation: "GetConsoleOutput", kind: "error-before" },
            { operation: "DeleteTags", kind: "cut-after" },
        ]) {
            await emulator.side("POST", "faults", fault);
        }
        const { id, outs } = await made(handler(), program());
        expect((await existing()).toSorted()).toEqual(["instance", "network-interface", "volume"]);
        await handler().delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    test("what AWS refuses is explained, and nothing is left", async () => {
        const refused = async (changes: Properties): Promise<unknown> =>
            made(handler(), program(changes)).then(
                () => undefined,
                (error: unknown) => error,
            );
        expect(await refused({ subnetId: "subnet-00000000" })).toMatchObject({ code: "instance-argument" });
        expect(await refused({ keyName: "i-do-not-exist" })).toMatchObject({
            code: "instance-argument",
            message: expect.stringMatching(/^keyName "i-do-not-exist" is not one that AWS takes/),
        });
        expect(await refused({ ami: "ami-00000000" })).toMatchObject({
            message: expect.stringMatching(/^ami "ami-00000000": there is no such image in eu-central-1/),
        });
        expect(await refused({ instanceType: "t4g.micro" })).toMatchObject({ code: "instance-unfit" });
        await emulator.side("POST", "settings", { instances: 0 });
        expect(await refused({})).toMatchObject({ code: "instance-quota" });
        expect(await existing()).toEqual([]);
    });

    test("a system that fails is shown with its console, and its instance is terminated", async () => {
        await emulator.side("POST", "settings", { readyWithoutGuest: false });
        const calls = (text: string) => async (): Promise<void> => {
            const all = (await emulator.side("GET", "existing")) as readonly Existing[];
            const found = all.find(({ type }) => type === "instance");
            if (found !== undefined) await emulator.side("POST", "console", { instanceId: found.id, text });
        };
        const print = calls("linuxkit: init 0.10s\nlinuxkit: failed: onboot dhcp: no lease\n");
        const progress = ({ message }: { message: string }): void => {
            if (message.includes("to run")) void print();
        };
        await expect(made(handler({ progress }), program())).rejects.toThrow(
            /did not become ready: failed: onboot dhcp: no lease\nthe last lines of its console:\n {2}\| linuxkit: init/,
        );
        expect(await existing()).toEqual([]);
    });

    test("volumes move to the instance that replaces another, and stay when that goes", async () => {
        const availabilityZone = "eu-central-1a";
        await emulator.side("POST", "settings", { consistencyMs: 0 });
        const { VolumeId: id } = await emulator
            .ec2()
            .send(new CreateVolumeCommand({ AvailabilityZone: availabilityZone, Size: 1 }));
        const first = await made(handler(), program({ availabilityZone, volumes: [{ id }] }));
        const next = await made(handler(), program({ availabilityZone, volumes: [{ id }], userData: "other" }));
        await handler().delete(first.id, first.outs);
        const read = await handler().read(next.id, next.outs);
        expect(read.outs).toMatchObject({ volumes: [{ id, device: "/dev/sdf" }], status: "running" });
        await handler().delete(next.id, next.outs);
        expect(await existing()).toEqual(["volume"]);
    });

    test("a spot instance and one in a placement group without a public address are launched as told", async () => {
        const spot = await made(handler(), program({ spot: { maxPrice: "0.01" } }));
        await handler().delete(spot.id, spot.outs);
        const inside = await made(handler(), program({ associatePublicIpAddress: false, tenancy: "dedicated" }));
        expect(inside.outs).not.toHaveProperty("publicIp");
        await handler().delete(inside.id, inside.outs);
        expect(await existing()).toEqual([]);
    });

    test("one that was stopped outside is started, and one of another account is not touched", async () => {
        const { id, outs } = await made(handler(), program());
        const { inputs } = await handler().check({}, program());
        await emulator.ec2().send(new StopInstancesCommand({ InstanceIds: [id] }));
        const stopped = await handler().read(id, outs);
        expect(stopped.outs["status"]).toBe("stopped");
        expect(await handler().diff(id, stopped.outs, inputs)).toMatchObject({ changes: true, replaces: [] });
        const updated = await handler().update(id, stopped.outs, inputs);
        expect((await handler().read(id, updated.outs)).outs["status"]).toBe("running");
        const [, other] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, {
            AWS_ACCESS_KEY_ID: other?.accessKeyId,
            AWS_SECRET_ACCESS_KEY: other?.secretAccessKey,
        });
        await expect(handler().delete(id, outs)).rejects.toMatchObject({ code: "other-account" });
    });
});
