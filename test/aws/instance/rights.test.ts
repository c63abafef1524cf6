import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
    CreateVolumeCommand,
    DescribeSecurityGroupsCommand,
    ModifyInstanceMetadataOptionsCommand,
} from "@aws-sdk/client-ec2";
import type { Properties } from "../../../providers/lifecycle/handler";
import { ownershipLabels } from "../../../providers/lifecycle/labels";
import { DEFAULT_CREDENTIALS } from "../../clouds/aws/http/accounts";
import { describeEmulator, end, type Running, running } from "../../clouds/aws/support/running";
import { declaredAt, machineImage, made, sdkHandler } from "./support/emulated";
import { identity } from "./support/world";

interface Policy {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
}

const page = readFileSync(path.join(__dirname, "../../../docs/aws-instance.md"), "utf8");
const policy = JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? "") as Policy;
const actions = [...new Set(policy.Statement.flatMap(({ Action }) => Action))].toSorted();

const without = (action: string): object => ({
    ...policy,
    Statement: policy.Statement.map(({ Action, ...others }) => ({
        ...others,
        Action: Action.filter((each) => each !== action),
    })).filter(({ Action }) => Action.length > 0),
});

describeEmulator("the policy of docs/aws-instance.md", () => {
    let emulator: Running;
    let directory: string;
    let ami: string;
    let runs = 0;
    const before = { ...process.env };

    beforeAll(async () => {
        emulator = await running();
        directory = mkdtempSync(path.join(tmpdir(), "aws-instance-rights-"));
        ami = await machineImage(emulator);
        await emulator.side("POST", "settings", { instanceStartMs: 50, instanceStopMs: 0, volumeMs: 0 });
    });
    afterAll(async () => {
        process.env = before;
        await end(emulator);
        rmSync(directory, { recursive: true, force: true });
    });

    /** A user of the first account who may do what this policy says. */
    async function become(allowed: object): Promise<void> {
        const accessKeyId = `AKIALEASTINSTANCE${String(runs++).padStart(3, "0")}`;
        const user = { accessKeyId, secretAccessKey: "least", account: DEFAULT_CREDENTIALS[0]?.account, user: "least" };
        await emulator.side("POST", "credentials", { ...user, policies: [allowed] });
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: "least" });
    }

    async function volume(AvailabilityZone: string): Promise<string> {
        const owner = ownershipLabels(identity("data"));
        const Tags = Object.entries(owner).map(([Key, Value]) => ({ Key, Value }));
        const { VolumeId = "" } = await emulator.ec2().send(
            new CreateVolumeCommand({
                AvailabilityZone,
                Size: 1,
                TagSpecifications: [{ ResourceType: "volume", Tags }],
            }),
        );
        return VolumeId;
    }

    /** Made, read, changed in every way, and deleted. */
    async function life(): Promise<string> {
        const { SecurityGroups: [group] = [] } = await emulator.ec2().send(new DescribeSecurityGroupsCommand({}));
        const availabilityZone = "eu-central-1a";
        const program = (changes: Properties): Properties =>
            declaredAt(emulator.endpoint, { ami, availabilityZone, identity: identity(`redis${runs}`), ...changes });
        const handler = sdkHandler(directory);
        const full = program({ volumes: [{ id: await volume(availabilityZone) }], tags: { team: "storage" } });
        const { id, outs } = await made(handler, full);
        await emulator.ec2().send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, HttpTokens: "optional" }));
        const { outs: read } = await handler.read(id, outs);
        const other = program({ instanceType: "t3.small", vpcSecurityGroupIds: [group?.GroupId ?? ""] });
        const { inputs } = await handler.check(read, other);
        const updated = await handler.update(id, read, inputs);
        await handler.delete(id, updated.outs);
        return id;
    }

    test("it is enough, and nothing is left", async () => {
        await become(policy);
        const id = await life();
        const left = (await emulator.side("GET", "existing")) as { id: string; type: string }[];
        expect(left.filter(({ type }) => type !== "image" && type !== "snapshot")).toMatchObject([{ type: "volume" }]);
        expect(left.map((each) => each.id)).not.toContain(id);
    });

    test.each(actions)("without %s it fails, and the error names that", async (action) => {
        await become(without(action));
        await expect(life()).rejects.toMatchObject({
            message: expect.stringMatching(`${action} (failed|on resource)`),
        });
    });
});
