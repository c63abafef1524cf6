import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openClients } from "../../../providers/aws/client/clients";
import { instanceCalls } from "../../../providers/aws/client/instance-calls";
import type { InstanceEnvironment } from "../../../providers/aws/instance/environment";
import { instanceHandler } from "../../../providers/aws/instance/handler";
import type { AskedLaunch } from "../../../providers/aws/instance/launch";
import { ResourceJournal } from "../../../providers/aws/resource/journal";
import { VolumeWants } from "../../../providers/aws/volume/wants";
import { systemClock } from "../../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { block, registered, uploaded } from "../../clouds/aws/support/upload";

/** The emulator's time and ours run faster by this. */
const scale = 20;

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
        await emulator.side("POST", "settings", { consistencyMs: 2000, readyWithoutGuest: true });
        ami = await machineImage();
    });
    afterEach(async () => {
        process.env = { ...before };
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    async function machineImage(): Promise<string> {
        await emulator.side("POST", "settings", { consistencyMs: 0, snapshotCompletionMs: 0 });
        const id = await registered(emulator.ec2(), await uploaded(emulator.ebs(), [block("a")]));
        await emulator.side("POST", "settings", { consistencyMs: 2000 });
        return id;
    }

    function program(changes: Properties = {}): Properties {
        const { endpoint } = emulator;
        return {
            ami,
            instanceType: "t3.micro",
            region: "eu-central-1",
            readiness: "console",
            connection: { endpoints: { ec2: endpoint, ebs: endpoint, sts: endpoint } },
            identity: {
                organization: "organization",
                project: "shop",
                stack: "dev",
                urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Instance::redis",
            },
            declared: 1,
            ...changes,
        };
    }

    function handler(changes: Partial<InstanceEnvironment> = {}): Handler {
        let draws = 0;
        const never = new AbortController().signal;
        return instanceHandler({
            calls: (connection, region) => instanceCalls(openClients(connection, region)),
            defaultRegion: () => Promise.resolve(undefined),
            journal: new ResourceJournal<AskedLaunch>(directory),
            wants: new VolumeWants(),
            findKernel: () => Promise.resolve(undefined),
            connects: () => Promise.resolve(false),
            clock: { now: () => Date.now(), sleep: (ms, stop) => systemClock.sleep(ms / scale, stop) },
            workers: {
                self: { host: "here", process: { pid: process.pid, startTime: "now" } },
                identify: () => Promise.resolve(undefined),
            },
            engine: { operation: (call) => call(watchedSteps({ interrupted: never, gone: never })) },
            progress: () => {},
            note: () => {},
            random: (digits) =>
                `${Date.now().toString(16)}${(draws++).toString(16)}`.padStart(digits, "0").slice(-digits),
            ...changes,
        });
    }

    async function made(news: Properties, through = handler()): Promise<{ id: string; outs: Properties }> {
        const { inputs, failures } = await through.check({}, news);
        expect(failures).toEqual([]);
        return through.create(inputs);
    }

    /** Beside the AMI and its snapshot. */
    async function existing(): Promise<readonly string[]> {
        const all = (await emulator.side("GET", "existing")) as readonly Existing[];
        return all.map(({ type }) => type).filter((type) => type !== "image" && type !== "snapshot");
    }

    test("an instance is launched, read, changed in place and terminated, and nothing is left", async () => {
        const { id, outs } = await made(program({ userData: "hello", tags: { team: "storage" } }));
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
});
