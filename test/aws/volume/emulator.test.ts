import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { attachCalls } from "../../../providers/aws/client/attach-calls";
import { openClients } from "../../../providers/aws/client/clients";
import { leftoverCalls } from "../../../providers/aws/client/leftover-calls";
import { volumeCalls } from "../../../providers/aws/client/volume-calls";
import { leftoversAmong, type Look, thingsOf } from "../../../providers/aws/leftovers/find";
import { removeCloudLeftover } from "../../../providers/aws/leftovers/remove";
import { ResourceJournal } from "../../../providers/aws/resource/journal";
import { type Attaching, attachVolumes, detachVolumes } from "../../../providers/aws/volume/attach";
import { volumeHandler } from "../../../providers/aws/volume/handler";
import { VolumeWants } from "../../../providers/aws/volume/wants";
import type { Clock } from "../../../providers/lifecycle/clock";
import { systemClock } from "../../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { labels } from "../../../providers/lifecycle/labels";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { block, registered, uploaded } from "../../clouds/aws/support/upload";
import { declared, identity } from "./support/world";

/** The emulator's time and ours run faster by this. */
const scale = 20;
const never = new AbortController().signal;
const clock: Clock = { now: () => Date.now(), sleep: (ms, stop) => systemClock.sleep(ms / scale, stop) };
const workers = {
    self: { host: "here", process: { pid: process.pid, startTime: "now" } },
    identify: (): Promise<undefined> => Promise.resolve(undefined),
};

describeEmulator("with the SDK's clients against the emulator", () => {
    let emulator: Running;
    let directory: string;
    const before = { ...process.env };

    beforeEach(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-volumes-"));
        const [{ accessKeyId, secretAccessKey } = { accessKeyId: "", secretAccessKey: "" }] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
        await emulator.side("POST", "clock", { scale });
    });
    afterEach(async () => {
        process.env = { ...before };
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    const connection = (): { endpoints: Readonly<Record<"ec2" | "sts", string>> } => {
        const { endpoint } = emulator;
        return { endpoints: { ec2: endpoint, sts: endpoint } };
    };

    const program = (changes: Properties = {}): Properties => declared({ connection: connection(), ...changes });

    function handler(): Handler {
        let draws = 0;
        return volumeHandler({
            calls: (to, region) => volumeCalls(openClients(to, region)),
            defaultRegion: () => Promise.resolve(undefined),
            journal: new ResourceJournal(directory),
            clock,
            workers,
            engine: { operation: (call) => call(watchedSteps({ interrupted: never, gone: never })) },
            progress: () => {},
            note: () => {},
            random: (digits) =>
                `${Date.now().toString(16)}${(draws++).toString(16)}`.padStart(digits, "0").slice(-digits),
        });
    }

    async function made(news: Properties): Promise<{ id: string; inputs: Properties; outs: Properties }> {
        const { inputs, failures } = await handler().check({}, news);
        expect(failures).toEqual([]);
        return { inputs, ...(await handler().create(inputs)) };
    }

    async function existing(): Promise<readonly string[]> {
        const all = (await emulator.side("GET", "existing")) as readonly { readonly type: string }[];
        return all.map(({ type }) => type);
    }

    test("a volume is made, read, changed in place and deleted, and its final snapshot is left", async () => {
        await emulator.side("POST", "settings", { consistencyMs: 2000 });
        const { id, inputs, outs } = await made(program({ tags: { team: "storage" } }));
        const read = await handler().read(id, outs);
        expect(await handler().diff(id, read.outs, inputs)).toMatchObject({ changes: false });

        const wanted = program({ size: "30 GB", iops: 4000, finalSnapshot: true, tags: { team: "network" } });
        const { inputs: next } = await handler().check(inputs, wanted);
        const updated = await handler().update(id, read.outs, next);
        const again = await handler().read(id, updated.outs);
        expect(again.outs).toMatchObject({ sizeGiB: 30, iops: 4000, tagsAll: { Name: "data", team: "network" } });
        expect(await handler().diff(id, again.outs, next)).toMatchObject({ changes: false });

        const { inputs: soon } = await handler().check(next, program({ size: "40 GB" }));
        await expect(handler().update(id, again.outs, soon)).rejects.toMatchObject({ code: "volume-changed-recently" });

        await handler().delete(id, again.outs);
        expect(await existing()).toEqual(["snapshot"]);
        expect((await handler().read(id, again.outs)).id).toBe("");
        await handler().delete(id, { ...again.outs, finalSnapshot: false });
    });

    test("cut connections and lost answers make one volume", async () => {
        for (const fault of [
            { operation: "CreateVolume", kind: "cut-after" },
            { operation: "DeleteTags", kind: "error-after" },
        ]) {
            await emulator.side("POST", "faults", fault);
        }
        const { id, outs } = await made(program());
        expect(await existing()).toEqual(["volume"]);
        await handler().delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    async function instance(): Promise<string> {
        const ami = await registered(emulator.ec2(), await uploaded(emulator.ebs(), [block("a")]));
        const launch = { ImageId: ami, MinCount: 1, MaxCount: 1, Placement: { AvailabilityZone: "eu-central-1a" } };
        const command = new RunInstancesCommand({ ...launch, InstanceType: "t3.micro" });
        return (await emulator.ec2().send(command)).Instances?.[0]?.InstanceId ?? "";
    }

    function attaching(): Attaching {
        return {
            calls: attachCalls(openClients(connection(), "eu-central-1")),
            steps: watchedSteps({ interrupted: never, gone: never }),
            wait: { clock, signal: never, deadline: Date.now() + 30_000 },
            wants: new VolumeWants(),
            progress: () => {},
            identity: identity("redis", "Instance"),
        };
    }

    test("it is attached to an instance that starts, kept from deletion by it, and free once that is terminated", async () => {
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0 });
        const { id, outs } = await made(program());
        const target = await instance();
        const wanted = [{ id, device: "/dev/sdf" }];
        await attachVolumes(attaching(), target, wanted);
        await attachVolumes(attaching(), target, wanted);
        await expect(handler().delete(id, outs)).rejects.toThrow(`the instance ${target} has the volume ${id}`);
        await expect(detachVolumes(attaching(), target, [id])).rejects.toMatchObject({ code: "volume-in-use" });
        await attaching().calls.stopInstance(target);
        await expect(attachVolumes(attaching(), target, [{ id, device: "/dev/sdg" }])).resolves.toBeUndefined();
        await detachVolumes(attaching(), target, [id]);
        await attachVolumes(attaching(), target, wanted);
        await emulator.ec2().send(new TerminateInstancesCommand({ InstanceIds: [target] }));
        await handler().delete(id, outs);
        expect(await existing()).not.toContain("volume");
    });

    test("gc finds by tags what a lost machine left, takes it away, and leaves a volume with data", async () => {
        const calls = volumeCalls(openClients(connection(), "eu-central-1"));
        const { id } = await made(program());
        const other = await made(program({ identity: identity("other") }));
        await calls.tag([other.id], { [labels.pending]: "elsewhere-1-00000000-1" });
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0 });
        const snapshot = await uploaded(emulator.ebs(), [block("a")]);
        const ami = await registered(emulator.ec2(), snapshot);
        const [volume] = await calls.volumes({ ids: [id] });
        await calls.tag([snapshot, ami], { [labels.stack]: volume?.tags[labels.stack] ?? "" });

        const look: Look = { calls: leftoverCalls(openClients(connection(), "eu-central-1")), clock, workers };
        const name = { organization: "organization", project: "shop", stack: "dev" };
        const left = await leftoversAmong(look, await thingsOf(look, name), new Set());
        expect(left.map(({ thing, kind }) => [thing.id, kind])).toEqual([
            [ami, "unknown"],
            [snapshot, "unknown"],
            ...[id, other.id].map((each) => [each, each === id ? "data" : "unfinished"]),
        ]);
        for (const each of left) {
            expect(await removeCloudLeftover(look, each, never)).toBe(each.thing.id !== id);
        }
        expect(await existing()).toEqual(["volume"]);
    });

    test("the policy of docs/aws-volume.md allows all that is called, and nothing that is not", async () => {
        const page = readFileSync(path.join(__dirname, "../../../docs/aws-volume.md"), "utf8");
        const policy = JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? "") as {
            Statement: readonly [{ Action: readonly string[] }];
        };
        const allowed = policy.Statement[0].Action;
        const user = { accessKeyId: "AKIALEASTRIGHTS00001", secretAccessKey: "least", account: "111111111111" };
        const rights = [...allowed, "sts:GetCallerIdentity"];
        await emulator.side("POST", "credentials", { ...user, user: "least", allowed: rights });
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: "least" });
        const needed = new Set<string>();
        const noted = async (): Promise<void> => {
            const called = (await emulator.side("GET", "calls")) as readonly { service: string; operation: string }[];
            called.forEach(({ service, operation }) => needed.add(`${service}:${operation}`));
            await emulator.side("DELETE", "calls");
        };
        await emulator.side("DELETE", "calls");
        const { id, inputs, outs } = await made(program({ finalSnapshot: true, tags: { team: "storage" } }));
        const { inputs: next } = await handler().check(inputs, program({ finalSnapshot: true, size: "30 GB" }));
        const updated = await handler().update(id, outs, next);
        await noted();
        const target = await heldByOthers(id);
        await emulator.side("DELETE", "calls");
        await expect(handler().delete(id, updated.outs)).rejects.toThrow(/has the volume/);
        await noted();
        await emulator.ec2().send(new TerminateInstancesCommand({ InstanceIds: [target] }));
        await emulator.side("DELETE", "calls");
        await handler().delete(id, updated.outs);
        await noted();
        needed.delete("sts:GetCallerIdentity");
        expect([...needed].toSorted()).toEqual(allowed);
    });

    /** By an instance, and with a final snapshot of a deletion that was cut off. */
    async function heldByOthers(id: string): Promise<string> {
        const [other = { accessKeyId: "", secretAccessKey: "" }] = DEFAULT_CREDENTIALS;
        const own = { ...process.env };
        Object.assign(process.env, {
            AWS_ACCESS_KEY_ID: other.accessKeyId,
            AWS_SECRET_ACCESS_KEY: other.secretAccessKey,
        });
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0 });
        const calls = volumeCalls(openClients(connection(), "eu-central-1"));
        const [volume] = await calls.volumes({ ids: [id] });
        await calls.createSnapshot(id, "earlier", { ...volume?.tags, [labels.retained]: "1" });
        const target = await instance();
        await attachVolumes(attaching(), target, [{ id, device: "/dev/sdf" }]);
        process.env = own;
        return target;
    }
});
