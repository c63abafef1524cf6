import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { openClients } from "../../../providers/aws/client/clients";
import { volumeCalls } from "../../../providers/aws/client/volume-calls";
import { attachVolumes } from "../../../providers/aws/volume/attach";
import { labels } from "../../../providers/lifecycle/labels";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { block, registered, uploaded } from "../../clouds/aws/support/upload";
import { attaching, connectionTo, launched, made, scale, sdkHandler } from "./support/emulated";
import { declared, identity } from "./support/world";

interface Policy {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
}

const page = readFileSync(path.join(__dirname, "../../../docs/aws-volume.md"), "utf8");
const policy = JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? "") as Policy;
const actions = [...new Set(policy.Statement.flatMap(({ Action }) => Action))].toSorted();

/** The policy without an action, in all of its statements. */
function without(action: string): object {
    const left = policy.Statement.map(({ Action, ...rest }) => ({
        ...rest,
        Action: [Action].flat().filter((each) => each !== action),
    }));
    return { ...policy, Statement: left.filter(({ Action }) => Action.length > 0) };
}

describeEmulator("the policy of docs/aws-volume.md", () => {
    let emulator: Running;
    let directory: string;
    let snapshot: string;
    let ami: string;
    let users = 0;
    const before = { ...process.env };

    beforeAll(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-rights-"));
        await emulator.side("POST", "clock", { scale });
        await emulator.side("POST", "settings", { snapshotCompletionMs: 0 });
        snapshot = await uploaded(emulator.ebs(), [block("a")]);
        ami = await registered(emulator.ec2(), snapshot);
    });
    afterAll(async () => {
        process.env = before;
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    async function become(allowed: object): Promise<void> {
        const accessKeyId = `AKIALEASTRIGHTS${String(users++).padStart(5, "0")}`;
        const user = { accessKeyId, secretAccessKey: "least", account: "111111111111", user: "least" };
        await emulator.side("POST", "credentials", { ...user, policies: [allowed] });
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: "least" });
    }

    /** What others do meanwhile, with all rights. */
    async function byOthers<T>(act: () => Promise<T>): Promise<T> {
        const own = { ...process.env };
        const [{ accessKeyId, secretAccessKey } = { accessKeyId: "", secretAccessKey: "" }] = DEFAULT_CREDENTIALS;
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
        try {
            return await act();
        } finally {
            process.env = own;
        }
    }

    /** An instance has it, and a deletion that was cut off has left a snapshot. */
    async function held(id: string): Promise<string> {
        const calls = volumeCalls(openClients(connectionTo(emulator), "eu-central-1"));
        const [volume] = await calls.volumes({ ids: [id] });
        await calls.createSnapshot(id, "earlier", { ...volume?.tags, [labels.retained]: "1" });
        const target = await launched(emulator, ami);
        await attachVolumes(attaching(emulator), target, [{ id, device: "/dev/sdf" }]);
        return target;
    }

    /** Made of a snapshot, read, changed, kept by an instance, and deleted with a final snapshot. */
    async function life(): Promise<void> {
        const handler = sdkHandler(directory);
        const shared = {
            connection: connectionTo(emulator),
            identity: identity(`data${users}`),
            finalSnapshot: true,
            snapshot,
        };
        const { id, inputs, outs } = await made(handler, declared({ ...shared, tags: { team: "storage" } }));
        const read = await handler.read(id, outs);
        const { inputs: next } = await handler.check(inputs, declared({ ...shared, size: "30 GB" }));
        const updated = await handler.update(id, read.outs, next);
        const target = await byOthers(() => held(id));
        const error: unknown = await handler.delete(id, updated.outs).catch((reason: unknown) => reason);
        if ((error as { code?: unknown }).code !== "volume-in-use") throw error;
        await byOthers(() => emulator.ec2().send(new TerminateInstancesCommand({ InstanceIds: [target] })));
        await handler.delete(id, updated.outs);
    }

    test("it is enough, and nothing but the final snapshot is left", async () => {
        await become(policy);
        await life();
        const left = (await emulator.side("GET", "existing")) as { type: string; tags: Record<string, string> }[];
        expect(left.filter(({ tags }) => tags["Name"] === `data${users}`).map(({ type }) => type)).toEqual([
            "snapshot",
        ]);
    });

    test.each(actions)("without %s it fails, and the error names that", async (action) => {
        await become(without(action));
        await expect(life()).rejects.toMatchObject({
            code: expect.stringMatching(/^(aws-denied|create-not-undone)$/),
            message: expect.stringContaining(action),
        });
    });
});
