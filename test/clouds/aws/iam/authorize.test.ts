import { StartSnapshotCommand } from "@aws-sdk/client-ebs";
import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import {
    CreateTagsCommand,
    DeregisterImageCommand,
    DescribeImagesCommand,
    RunInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DecodeAuthorizationMessageCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Launching } from "../support/launching.ts";
import { launching } from "../support/launching.ts";
import type { Running } from "../support/running.ts";
import { describeEmulator, end, running } from "../support/running.ts";
import type { Statement } from "./policy.ts";

const LIMITED = { accessKeyId: "AKIAEMULATOR00000009", secretAccessKey: "emulator" };

describeEmulator("callers with policies", () => {
    let aws: Running;
    let on: Launching;
    beforeEach(async () => {
        aws = await running();
        on = await launching(aws);
    });
    afterEach(() => end(aws));

    const limit = (...statements: Statement[]): Promise<unknown> =>
        aws.side("POST", "credentials", {
            ...LIMITED,
            account: "111111111111",
            user: "limited",
            policies: [{ Version: "2012-10-17", Statement: statements }],
        });
    const limited = <T extends { config: { credentials: unknown } }>(client: T): T => {
        client.config.credentials = () => Promise.resolve(LIMITED);
        return client;
    };
    const tagged = (Tags: object): object => ({ TagSpecifications: [{ ResourceType: "instance", Tags }] });
    const launch = (more: object = {}): Promise<string> => {
        const input = { ImageId: on.imageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, ...more };
        const command = new RunInstancesCommand(input as RunInstancesCommandInput);
        return limited(aws.ec2())
            .send(command)
            .then(({ Instances }) => Instances![0]!.InstanceId!);
    };
    const OURS = [{ Key: "by", Value: "us" }];
    const RUN: Statement = { Effect: "Allow", Action: "ec2:RunInstances", Resource: "*" };
    const TAG_AT_LAUNCH: Statement = {
        Effect: "Allow",
        Action: "ec2:CreateTags",
        Resource: "arn:aws:ec2:*:*:instance/*",
        Condition: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
    };

    test("a launch needs each of the resources it touches", async () => {
        const kinds = ["instance", "volume", "network-interface", "subnet", "security-group"];
        const arns = ["arn:aws:ec2:*::image/*", ...kinds.map((kind) => `arn:aws:ec2:*:111111111111:${kind}/*`)];
        for (const missing of arns) {
            await limit({ ...RUN, Resource: arns.filter((each) => each !== missing) });
            await expect(launch()).rejects.toMatchObject({
                name: "UnauthorizedOperation",
                message: expect.stringContaining("no identity-based policy allows the ec2:RunInstances action"),
            });
        }
        expect(await on.types()).toEqual(["image", "snapshot"]);
        await limit({ ...RUN, Resource: arns });
        await launch();
    });

    test("tags with a launch need CreateTags for that launch, and not beside it", async () => {
        await limit(RUN);
        await expect(launch(tagged(OURS))).rejects.toMatchObject({ message: expect.stringContaining("CreateTags") });
        await limit(RUN, TAG_AT_LAUNCH);
        const id = await launch(tagged(OURS));
        await expect(
            limited(aws.ec2()).send(new CreateTagsCommand({ Resources: [id], Tags: OURS })),
        ).rejects.toMatchObject({ name: "UnauthorizedOperation" });
    });

    test("tags that are asked for, and those that are there, decide", async () => {
        const { Action: _action, ...rest } = RUN;
        await limit(
            { ...RUN, Resource: "arn:aws:ec2:*:*:*" },
            {
                ...rest,
                Effect: "Deny",
                Action: "ec2:RunInstances",
                Resource: "arn:aws:ec2:*:*:instance/*",
                Condition: { StringNotEquals: { "aws:RequestTag/by": "us" } },
            },
            TAG_AT_LAUNCH,
            {
                ...rest,
                Action: "ec2:TerminateInstances",
                Condition: { StringEquals: { "aws:ResourceTag/by": "us" } },
            },
        );
        await expect(launch()).rejects.toMatchObject({ message: expect.stringContaining("explicit deny") });
        const ours = await launch(tagged(OURS));
        const { InstanceId: theirs } = await on.launch();
        const terminate = (id: string): Promise<unknown> =>
            limited(aws.ec2()).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
        await expect(terminate(theirs!)).rejects.toMatchObject({ name: "UnauthorizedOperation" });
        await terminate(ours);
    });

    test("a region, a type, a profile's role", async () => {
        await limit({ ...RUN, Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } });
        await expect(launch()).rejects.toMatchObject({ name: "UnauthorizedOperation" });
        await limit({ ...RUN, Condition: { StringLikeIfExists: { "ec2:InstanceType": "m5.*" } } });
        await expect(launch()).rejects.toMatchObject({ message: expect.stringContaining("instance/*") });
        await launch({ InstanceType: "m5.large" });
        const profile = { IamInstanceProfile: { Name: "web" } };
        await limit(RUN);
        await expect(launch(profile)).rejects.toMatchObject({
            message: expect.stringContaining("iam:PassRole on resource: arn:aws:iam::111111111111:role/web"),
        });
    });

    test("EBS speaks of denial in its own words, and of tags as of a dependency", async () => {
        const start = (): Promise<unknown> =>
            limited(aws.ebs()).send(new StartSnapshotCommand({ VolumeSize: 1, Tags: OURS }));
        await limit({ ...RUN, Action: "ec2:*" });
        await expect(start()).rejects.toMatchObject({ name: "AccessDeniedException" });
        await limit({ ...RUN, Action: "ebs:*" });
        await expect(start()).rejects.toMatchObject({ Reason: "DEPENDENCY_ACCESS_DENIED" });
        const snapshots = "arn:aws:ec2:eu-central-1::snapshot/*";
        await limit(
            { ...RUN, Action: "ebs:StartSnapshot", Resource: snapshots },
            {
                ...RUN,
                Action: "ec2:CreateTags",
                Resource: snapshots,
                Condition: { StringEquals: { "ec2:CreateAction": "StartSnapshot" } },
            },
        );
        await start();
    });

    test("snapshots stay where they may not be removed with their image, and the answer says so", async () => {
        await limit({ ...RUN, Action: "ec2:DeregisterImage" });
        const command = new DeregisterImageCommand({ ImageId: on.imageId, DeleteAssociatedSnapshots: true });
        expect((await limited(aws.ec2()).send(command)).DeleteSnapshotResults).toMatchObject([
            { ReturnCode: "missing-permissions" },
        ]);
        expect(await on.types()).toEqual(["snapshot"]);
    });

    test("who one is needs no permission; what was denied is decoded", async () => {
        await limit({ ...RUN, Action: "sts:DecodeAuthorizationMessage" });
        const sts = limited(aws.sts());
        expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe("111111111111");
        const { message } = await limited(aws.ec2())
            .send(new DescribeImagesCommand({}))
            .then(
                () => ({ message: "" }),
                (error: unknown) => error as Error,
            );
        const EncodedMessage = /message: (\S+)$/.exec(message)![1]!;
        const { DecodedMessage } = await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
        expect(JSON.parse(DecodedMessage!)).toMatchObject({
            allowed: false,
            context: { action: "ec2:DescribeImages", resource: "*" },
        });
    });
});
