import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ImageEnvironment } from "../../providers/aws/image/environment";
import { systemClock } from "../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { DEFAULT_CREDENTIALS } from "../clouds/aws/http/accounts";
import { bucketOf, s3Of } from "../clouds/aws/support/s3";
import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { type Blocks, diskOf } from "./support/blocks";
import { declaredAt, sdkHandler } from "./support/emulated";
import { image, urn } from "./support/world";

const first: Blocks = { 0: 1, 1: 2, 5: 3 };
const second: Blocks = { 0: 1, 1: 9, 6: 4 };

interface LoggedCall {
    readonly operation: string;
    readonly outcome: string;
    readonly input: Readonly<Record<string, unknown>>;
}

describeEmulator("with the SDK's clients against the emulator", () => {
    let emulator: Running;
    let directory: string;
    const before = { ...process.env };

    beforeEach(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-emulated-"));
        const [{ accessKeyId, secretAccessKey } = { accessKeyId: "", secretAccessKey: "" }] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
        await emulator.side("POST", "settings", { snapshotCompletionMs: 200, consistencyMs: 200 });
    });
    afterEach(async () => {
        process.env = { ...before };
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    const program = (changes: Properties = {}): Properties =>
        declaredAt(emulator.endpoint, { image: image(first), ...changes });

    const handler = (signal?: AbortSignal, changes?: Partial<ImageEnvironment>): Handler =>
        sdkHandler(directory, signal, changes);

    async function made(news: Properties, through = handler()): Promise<{ id: string; outs: Properties }> {
        const { inputs, failures } = await through.check({}, news);
        expect(failures).toEqual([]);
        return through.create(inputs);
    }

    async function existing(): Promise<unknown[]> {
        return (await emulator.side("GET", "existing")) as unknown[];
    }

    async function calls(operation: string): Promise<readonly LoggedCall[]> {
        const all = (await emulator.side("GET", "calls")) as readonly LoggedCall[];
        return all.filter((call) => call.operation === operation && call.outcome === "answered");
    }

    test("an image is made, read, changed in place, replaced by its differences, and nothing is left", async () => {
        const { id, outs } = await made(program());
        expect((await handler().read(id, outs)).outs).toMatchObject({
            account: outs["account"],
            description: outs["description"],
        });
        const read = await handler().read(id, outs);
        expect(await handler().diff(id, read.outs, (await handler().check(outs, program())).inputs)).toMatchObject({
            changes: false,
        });

        const changed = program({
            tags: { team: "storage" },
            description: "for everybody",
            launchPermissions: { accounts: ["222222222222"] },
            deprecateAt: "2035-01-31T00:00:00Z",
        });
        const { inputs } = await handler().check(outs, changed);
        const updated = await handler().update(id, read.outs, inputs);
        const again = await handler().read(id, updated.outs);
        expect(again.outs).toMatchObject({
            tagsAll: { Name: "os", team: "storage" },
            description: "for everybody",
            launchPermissions: { accounts: ["222222222222"] },
        });
        expect(await handler().diff(id, again.outs, inputs)).toMatchObject({ changes: false });

        await emulator.side("DELETE", "calls");
        const next = await made(program({ image: image(second) }));
        const puts = await calls("PutSnapshotBlock");
        expect(new Set(puts.map(({ input }) => input["BlockIndex"]))).toEqual(new Set([1, 5, 6]));
        expect(puts).toHaveLength(3);
        await handler().delete(id, again.outs);
        expect((await handler().read(id, again.outs)).id).toBe("");
        await handler().delete(next.id, next.outs);
        expect(await existing()).toEqual([]);
    });

    test("an upload that was interrupted is gone on with, and only what is missing is sent", async () => {
        const interruption = new AbortController();
        let puts = 0;
        const stopped = handler(interruption.signal, {
            parallel: 1,
            progress: ({ message }) => {
                if (message.startsWith("uploading") && ++puts === 2) interruption.abort("interrupted");
            },
        });
        await expect(made(program(), stopped)).rejects.toThrow(/what was uploaded is kept, and the next `pulumi up`/);
        expect(await existing()).toMatchObject([{ type: "snapshot", state: "pending" }]);
        await emulator.side("DELETE", "calls");
        const { id, outs } = await made(program());
        expect((await calls("PutSnapshotBlock")).map(({ input }) => input["BlockIndex"])).toEqual([5]);
        await handler().delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    test("Ctrl-C cuts off what is in flight within 5 s; next, that is sent again with what is missing, and no other", async () => {
        await emulator.side("POST", "settings", { consistencyMs: 0 });
        const twelve: Blocks = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [index, index + 1]));
        const news = program({ image: image(twelve) });
        const disks: ImageEnvironment["disks"] = {
            resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
            read: (_, use) => use(diskOf(twelve, 12 * 524_288)),
        };
        const sent = async (): Promise<unknown[]> =>
            (await calls("PutSnapshotBlock")).map(({ input }) => input["BlockIndex"]);
        await emulator.side("POST", "faults", {
            operation: "PutSnapshotBlock",
            kind: "hang-before",
            nth: 5,
            times: 99,
        });
        const interruption = new AbortController();
        const failed = made(news, handler(interruption.signal, { disks })).catch((error: unknown) => error);
        while ((await sent()).length < 4) await systemClock.sleep(50);
        const start = Date.now();
        interruption.abort("interrupted");
        expect(await failed).toMatchObject({ message: expect.stringMatching(/is kept, and the next/) });
        expect(Date.now() - start).toBeLessThan(5000);
        const acknowledged = await sent();
        await emulator.side("DELETE", "faults");
        await emulator.side("DELETE", "calls");
        const { id, outs } = await made(news, handler(undefined, { disks }));
        const missing = Object.keys(twelve)
            .map(Number)
            .filter((index) => !acknowledged.includes(index));
        expect(new Set(await sent())).toEqual(new Set(missing));
        expect(missing).toHaveLength(8);
        await handler().delete(id, outs);
    });

    test("an image is copied to another region with its own tags and key, and taken apart there", async () => {
        const { id, outs } = await made(program());
        const kmsKey = "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555";
        const { digest } = image(first);
        const identity = { ...(program()["identity"] as Properties), urn: urn("copy") };
        const copyOf = { id, region: "eu-central-1", digest, image: digest };
        const launchPermissions = { accounts: ["222222222222"] };
        await emulator.side("POST", "settings", { imageCopyMs: 300 });
        await emulator.side("DELETE", "calls");
        const copy = program({ region: "us-east-1", identity, copyOf, kmsKey, launchPermissions });
        const next = await made(copy);
        expect(await calls("PutSnapshotBlock")).toEqual([]);
        const found = (await existing()) as { region: string; tags: Record<string, string> }[];
        const there = found.filter(({ region }) => region === "us-east-1");
        expect(there.map(({ tags }) => tags["Name"])).toEqual(["copy", "copy"]);
        expect(Object.keys({ ...there[0]?.tags, ...there[1]?.tags })).not.toContain("linuxkit-pending");
        const read = await handler().read(next.id, next.outs);
        expect(read.outs).toMatchObject({ launchPermissions });
        await handler().delete(next.id, next.outs);
        await handler().delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    /** 40 MiB, which go in five parts. */
    const large: ImageEnvironment["disks"] = {
        resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
        read: (_, use) => use(diskOf(first, 40 * 2 ** 20)),
    };
    const bucketed = async (): Promise<Properties> => {
        await emulator.side("POST", "settings", { importMs: 300 });
        await emulator.side("POST", "roles", { account: "111111111111", name: "vmimport" });
        return program({ upload: { bucket: await bucketOf(s3Of(emulator)) } });
    };
    const inBucket = async (): Promise<string[]> =>
        ((await existing()) as { type: string }[]).map(({ type }) => type).filter((type) => type !== "bucket");

    test("a disk goes in parts through a bucket, which is empty afterwards", async () => {
        const through = handler(undefined, { disks: large });
        const { id, outs } = await made(await bucketed(), through);
        expect(await calls("UploadPart")).toHaveLength(5);
        expect((await calls("ImportSnapshot"))[0]?.input).toMatchObject({ DiskContainer: { Format: "RAW" } });
        expect((await inBucket()).toSorted()).toEqual(["image", "snapshot"]);
        expect((await handler().read(id, outs)).id).toBe(id);
        await handler().delete(id, outs);
        expect(await inBucket()).toEqual([]);
    });

    test("an upload to a bucket that is interrupted ends soon and leaves nothing there", async () => {
        const news = await bucketed();
        await emulator.side("POST", "faults", { operation: "UploadPart", kind: "hang-before", nth: 3, times: 99 });
        const interruption = new AbortController();
        const stopped = handler(interruption.signal, { disks: large });
        const failed = made(news, stopped).catch((error: unknown) => error);
        while ((await calls("UploadPart")).length < 2) await systemClock.sleep(50);
        const start = Date.now();
        interruption.abort("interrupted");
        expect(await failed).toMatchObject({ message: expect.stringMatching(/part of one is removed/) });
        expect(Date.now() - start).toBeLessThan(5000);
        await emulator.side("DELETE", "faults");
        expect(await inBucket()).toEqual([]);
        const { id, outs } = await made(news);
        await handler().delete(id, outs);
    });

    test("what AWS refuses is explained, and nothing is left", async () => {
        await emulator.side("POST", "faults", {
            operation: "RegisterImage",
            kind: "error-before",
            code: "UnauthorizedOperation",
            status: 403,
            times: 9,
        });
        await expect(made(program())).rejects.toThrow(
            /ec2:RegisterImage failed: UnauthorizedOperation: .*docs\/aws.md has the least/,
        );
        expect(await existing()).toEqual([]);
    });

    test("cut connections, lost answers, throttling and a put that is never answered are tried again", async () => {
        const throttled = { kind: "error-before", code: "RequestThrottledException", status: 400 };
        for (const fault of [
            { operation: "StartSnapshot", kind: "cut-after" },
            { operation: "PutSnapshotBlock", kind: "cut-before", nth: 2 },
            { operation: "PutSnapshotBlock", kind: "hang-before", nth: 3 },
            { operation: "PutSnapshotBlock", ...throttled, nth: 4, times: 3 },
            { operation: "CompleteSnapshot", kind: "error-before" },
            { operation: "RegisterImage", kind: "error-after" },
        ]) {
            await emulator.side("POST", "faults", fault);
        }
        const { id, outs } = await made(program());
        expect(await existing()).toHaveLength(2);
        await handler().delete(id, outs);
        expect(await existing()).toEqual([]);
    });

    test("without credentials the error says where they come from", async () => {
        for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) delete process.env[name];
        const nowhere = path.join(directory, "none");
        Object.assign(process.env, {
            AWS_EC2_METADATA_DISABLED: "true",
            AWS_CONFIG_FILE: nowhere,
            AWS_SHARED_CREDENTIALS_FILE: nowhere,
        });
        await expect(made(program())).rejects.toMatchObject({
            code: "aws-credentials",
            message: expect.stringMatching(/^sts:GetCallerIdentity failed: .*; give the SDK's chain credentials/),
        });
    });

    test("another account's credentials are an error, and not 'it is gone'", async () => {
        const { id, outs } = await made(program());
        const [, other] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, {
            AWS_ACCESS_KEY_ID: other?.accessKeyId,
            AWS_SECRET_ACCESS_KEY: other?.secretAccessKey,
        });
        await expect(handler().read(id, outs)).rejects.toThrow(/is in account \d+ .*, and these credentials are of/);
        await expect(handler().delete(id, outs)).rejects.toThrow(/is in account/);
    });
});
