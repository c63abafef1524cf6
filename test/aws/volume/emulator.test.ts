import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { openClients } from "../../../providers/aws/client/clients";
import { importCalls } from "../../../providers/aws/client/import-calls";
import { leftoverCalls } from "../../../providers/aws/client/leftover-calls";
import { volumeCalls } from "../../../providers/aws/client/volume-calls";
import { type CloudLeftover, leftoversAmong, type Look, thingsOf } from "../../../providers/aws/leftovers/find";
import { removeCloudLeftover } from "../../../providers/aws/leftovers/remove";
import { attachVolumes, detachVolumes } from "../../../providers/aws/volume/attach";
import type { Properties } from "../../../providers/lifecycle/handler";
import { labels, ownershipLabels } from "../../../providers/lifecycle/labels";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { bucketOf, s3Of } from "../../clouds/aws/support/s3";
import { block, registered, uploaded } from "../../clouds/aws/support/upload";
import { attaching, clock, connectionTo, launched, made, never, scale, sdkHandler, workers } from "./support/emulated";
import { declared, identity } from "./support/world";

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
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0 });
    });
    afterEach(async () => {
        process.env = { ...before };
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    const program = (changes: Properties = {}): Properties =>
        declared({ connection: connectionTo(emulator), ...changes });

    async function existing(): Promise<readonly string[]> {
        const all = (await emulator.side("GET", "existing")) as readonly { readonly type: string }[];
        return all.map(({ type }) => type);
    }

    test("a volume is made, read, changed in place and deleted, and its final snapshot is left", async () => {
        await emulator.side("POST", "settings", { consistencyMs: 2000 });
        const handler = sdkHandler(directory);
        const { id, inputs, outs } = await made(handler, program({ tags: { team: "storage" } }));
        const read = await handler.read(id, outs);
        expect(await handler.diff(id, read.outs, inputs)).toMatchObject({ changes: false });

        const wanted = program({ size: "30 GB", iops: 4000, finalSnapshot: true, tags: { team: "network" } });
        const { inputs: next } = await handler.check(inputs, wanted);
        const updated = await handler.update(id, read.outs, next);
        const again = await handler.read(id, updated.outs);
        expect(again.outs).toMatchObject({ sizeGiB: 30, iops: 4000, tagsAll: { Name: "data", team: "network" } });
        expect(await handler.diff(id, again.outs, next)).toMatchObject({ changes: false });

        const { inputs: soon } = await handler.check(next, program({ size: "40 GB" }));
        await expect(handler.update(id, again.outs, soon)).rejects.toMatchObject({ code: "volume-changed-recently" });

        await handler.delete(id, again.outs);
        expect(await existing()).toEqual(["snapshot"]);
        expect((await handler.read(id, again.outs)).id).toBe("");
        await handler.delete(id, { ...again.outs, finalSnapshot: false });
    });

    test("cut connections and lost answers make one volume", async () => {
        for (const fault of [
            { operation: "CreateVolume", kind: "cut-after" },
            { operation: "DeleteTags", kind: "error-after" },
        ]) {
            await emulator.side("POST", "faults", fault);
        }
        const { id, outs } = await made(sdkHandler(directory), program());
        expect(await existing()).toEqual(["volume"]);
        await sdkHandler(directory).delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    test("it is attached to an instance that starts, kept from deletion by it, and free once that is terminated", async () => {
        const handler = sdkHandler(directory);
        const { id, outs } = await made(handler, program());
        const target = await launched(emulator);
        const wanted = [{ id, device: "/dev/sdf" }];
        await attachVolumes(attaching(emulator), target, wanted);
        await attachVolumes(attaching(emulator), target, wanted);
        await expect(handler.delete(id, outs)).rejects.toThrow(`the instance ${target} has the volume ${id}`);
        await expect(detachVolumes(attaching(emulator), target, [id])).rejects.toMatchObject({ code: "volume-in-use" });
        await attaching(emulator).calls.stopInstance(target);
        await attachVolumes(attaching(emulator), target, [{ id, device: "/dev/sdg" }]);
        await detachVolumes(attaching(emulator), target, [id]);
        await attachVolumes(attaching(emulator), target, wanted);
        await emulator.ec2().send(new TerminateInstancesCommand({ InstanceIds: [target] }));
        await handler.delete(id, outs);
        expect(await existing()).not.toContain("volume");
    });

    test("gc finds by tags what a lost machine left, takes it away, and leaves a volume with data", async () => {
        const clients = openClients(connectionTo(emulator), "eu-central-1");
        const calls = volumeCalls(clients);
        const { id } = await made(sdkHandler(directory), program());
        const other = await made(sdkHandler(directory), program({ identity: identity("other") }));
        await calls.tag([other.id], { [labels.pending]: "elsewhere-1-00000000-1" });
        const snapshot = await uploaded(emulator.ebs(), [block("a")]);
        const ami = await registered(emulator.ec2(), snapshot);
        const [volume] = await calls.volumes({ ids: [id] });
        await calls.tag([snapshot, ami], { [labels.stack]: volume?.tags[labels.stack] ?? "" });

        const look: Look = { calls: leftoverCalls(clients), clock, workers };
        const name = { organization: "organization", project: "shop", stack: "dev" };
        const left = await leftoversAmong(look, await thingsOf(look, name), new Set());
        const kinds = Object.fromEntries(left.map(({ thing, kind }) => [thing.id, kind]));
        expect(left.map(({ thing }) => thing.type)).toEqual(["image", "snapshot", "volume", "volume"]);
        expect(kinds).toEqual({ [ami]: "unknown", [snapshot]: "unknown", [id]: "data", [other.id]: "unfinished" });
        for (const each of left) {
            expect(await removeCloudLeftover(look, each, never)).toBe(each.thing.id !== id);
        }
        expect(await existing()).toEqual(["volume"]);
    });

    test("gc ends an import of a lost machine, and takes away its disk in the bucket and its snapshot", async () => {
        const { endpoint } = emulator;
        const connection = { endpoints: { ec2: endpoint, s3: endpoint, sts: endpoint } };
        const clients = openClients(connection, "eu-central-1");
        const imports = importCalls(clients);
        const bucket = await bucketOf(s3Of(emulator));
        await emulator.side("POST", "roles", { account: "111111111111", name: "vmimport" });
        const look: Look = { calls: leftoverCalls(clients), clock, workers };
        const name = { organization: "organization", project: "shop", stack: "dev" };
        const tags = {
            ...ownershipLabels(identity("os", "Image")),
            [labels.pending]: "elsewhere-1-00000000-1",
        };
        for (const [key, importMs] of [
            ["done", 0],
            ["active", 3_600_000],
        ] as const) {
            await emulator.side("POST", "settings", { importMs });
            const disk = Buffer.alloc(2 ** 20, 1);
            await imports.uploadObject({ bucket, key }, Readable.from([disk]), {
                sizeBytes: disk.length,
                signal: never,
            });
            await imports.importSnapshot({ token: key, description: key, bucket, key, tags });
            const left = await leftoversAmong(look, await thingsOf(look, name), new Set());
            expect(left.map(({ thing, kind }) => [thing.type, kind])).toEqual([["import", "unfinished"]]);
            expect(await removeCloudLeftover(look, left[0] as CloudLeftover, never)).toBe(true);
            expect(await thingsOf(look, name)).toEqual([]);
            expect(await imports.objects(bucket, "")).toEqual([]);
        }
        expect((await existing()).filter((type) => type === "snapshot")).toEqual([]);
    });
});
