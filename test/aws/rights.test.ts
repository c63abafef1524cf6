import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ImageEnvironment } from "../../providers/aws/image/environment";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { DEFAULT_CREDENTIALS } from "../clouds/aws/http/accounts";
import { bucketOf, s3Of } from "../clouds/aws/support/s3";
import { describeEmulator, end, type Running, running } from "../clouds/aws/support/running";
import { diskOf } from "./support/blocks";
import { declaredAt, sdkHandler } from "./support/emulated";
import { image, urn } from "./support/world";

interface Statement {
    readonly Action: string | readonly string[];
}

interface Policy {
    readonly Statement: readonly Statement[];
}

const page = readFileSync(path.join(__dirname, "../../docs/aws-image.md"), "utf8");
const policies = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => JSON.parse(text) as Policy);
const [own, copies, imports] = policies as [Policy, Policy, Policy];

const actionsOf = (given: readonly Policy[]): string[] =>
    [...new Set(given.flatMap(({ Statement: all }) => all.flatMap(({ Action }) => Action)))].toSorted();

/** A policy without an action, in all of its statements. */
function without(action: string, { Statement: all, ...rest }: Policy): object {
    const left = all.map(({ Action, ...others }) => ({
        ...others,
        Action: [Action].flat().filter((each) => each !== action),
    }));
    return { ...rest, Statement: left.filter(({ Action }) => Action.length > 0) };
}

describeEmulator("the policies of docs/aws-image.md", () => {
    let emulator: Running;
    let directory: string;
    let runs = 0;
    const before = { ...process.env };

    beforeAll(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-rights-"));
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0, imageCopyMs: 0, importMs: 0 });
        await emulator.side("POST", "roles", { account: "111111111111", name: "vmimport" });
        await bucketOf(s3Of(emulator), "disks");
    });
    afterAll(async () => {
        process.env = before;
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    /** A user of the first account who may do what these policies say. */
    async function become(allowed: readonly object[] | undefined): Promise<void> {
        const [root] = DEFAULT_CREDENTIALS;
        const accessKeyId = `AKIALEASTRIGHTS${String(runs++).padStart(5, "0")}`;
        const user = { accessKeyId, secretAccessKey: "least", account: root?.account, user: "least" };
        await emulator.side("POST", "credentials", allowed === undefined ? user : { ...user, policies: allowed });
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: "least" });
    }

    const program = (changes: Properties): Properties => {
        const identity = { organization: "o", project: "p", stack: "s", urn: urn(`os${runs}`) };
        return declaredAt(emulator.endpoint, { identity, image: image({ 0: 1, 1: 2 }), ...changes });
    };

    async function made(handler: Handler, news: Properties): Promise<{ id: string; outs: Properties }> {
        const { inputs, failures } = await handler.check({}, news);
        expect(failures).toEqual([]);
        return handler.create(inputs);
    }

    /** Made, read, changed, replaced and deleted. */
    async function life(changes: Properties): Promise<void> {
        const handler = sdkHandler(directory);
        const dated = program({ deprecateAt: "2035-01-31T00:00:00Z", tags: { team: "storage" }, ...changes });
        const { id, outs } = await made(handler, dated);
        const { outs: read } = await handler.read(id, outs);
        const { inputs } = await handler.check(read, program({ description: "other", ...changes }));
        const updated = await handler.update(id, read, inputs);
        const next = await made(handler, program({ ...changes, image: image({ 0: 1, 1: 3 }) }));
        await handler.delete(id, updated.outs);
        await handler.delete(next.id, next.outs);
    }

    /** An image of everybody's rights, copied with those of the policy. */
    async function copied(): Promise<void> {
        const least = { ...process.env };
        const handler = sdkHandler(directory);
        await become(undefined);
        const source = await made(handler, program({}));
        process.env = least;
        const { digest } = image({ 0: 1, 1: 2 });
        const copyOf = { id: source.id, region: "eu-central-1", digest, image: digest };
        const { id, outs } = await made(sdkHandler(directory), program({ region: "us-east-1", copyOf }));
        await sdkHandler(directory).delete(id, outs);
        await sdkHandler(directory).delete(source.id, source.outs);
    }

    /** Through the bucket, after an upload and an import that were interrupted and are of no use any more. */
    async function imported(): Promise<void> {
        const upload = { bucket: "disks", prefix: "images/" };
        await stopped(program({ upload, image: image({ 0: 4 }) }), "uploading");
        await emulator.side("POST", "settings", { importMs: 3_600_000 });
        await stopped(program({ upload }), "waiting for the import");
        await emulator.side("POST", "settings", { importMs: 0 });
        const handler = sdkHandler(directory);
        const { id, outs } = await made(handler, program({ upload, image: image({ 0: 5 }) }));
        await handler.delete(id, outs);
    }

    /** Interrupted at the first progress that begins so, and at the second part where that is an upload. */
    async function stopped(news: Properties, at: string): Promise<void> {
        const interruption = new AbortController();
        const progress = ({ message, fraction = 1 }: { message: string; fraction?: number }): void => {
            if (message.startsWith(at) && fraction === 1) interruption.abort("interrupted");
        };
        const disks: ImageEnvironment["disks"] = {
            resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
            read: (_, use) => use(diskOf({ 0: 1, 20: 1 }, 32 * 2 ** 20)),
        };
        const handler = sdkHandler(directory, interruption.signal, { progress, disks });
        const error: unknown = await made(handler, news).catch((reason: unknown) => reason);
        if ((error as { code?: unknown }).code !== "create-interrupted") throw error;
    }

    const lives: Readonly<Record<string, { readonly policies: readonly Policy[]; readonly run: () => Promise<void> }>> =
        {
            image: { policies: [own], run: () => life({}) },
            copy: { policies: [own, copies], run: copied },
            import: { policies: [own, imports], run: imported },
        };

    test.each(Object.keys(lives))("%s: they are enough, and nothing is left", async (name) => {
        const { policies: all, run } = lives[name] as (typeof lives)[string];
        await become(all);
        await run();
        const left = (await emulator.side("GET", "existing")) as { type: string; tags: Record<string, string> }[];
        expect(left.filter(({ type, tags }) => type !== "bucket" && tags["Name"] === `os${runs}`)).toEqual([]);
    });

    const each = [
        ...actionsOf([own]).map((action) => ["image", action] as const),
        ...actionsOf([copies]).map((action) => ["copy", action] as const),
        ...actionsOf([imports])
            .filter((action) => !actionsOf([own]).includes(action))
            .map((action) => ["import", action] as const),
    ];

    test.each(each)("%s: without %s it fails, and the error names that", async (name, action) => {
        const { policies: all, run } = lives[name] as (typeof lives)[string];
        await become(all.map((policy) => without(action, policy)));
        await expect(run()).rejects.toMatchObject({
            code: expect.stringMatching(/^(aws-denied|snapshot-left|create-not-undone)$/),
            message: expect.stringContaining(action),
        });
    });
});
