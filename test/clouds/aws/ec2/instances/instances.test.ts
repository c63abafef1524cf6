import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import {
    AttachVolumeCommand,
    CreateSecurityGroupCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DeregisterImageCommand,
    DescribeImageReferencesCommand,
    DescribeImagesCommand,
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    DescribeInstanceStatusCommand,
    DescribeInstanceTypesCommand,
    DescribeSubnetsCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
    GetConsoleOutputCommand,
    ModifyInstanceAttributeCommand,
    ModifyInstanceMetadataOptionsCommand,
    ModifyVolumeCommand,
    RunInstancesCommand,
    StartInstancesCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Instance } from "@aws-sdk/client-ec2";
import type { Existing } from "../../control/leaks.ts";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";
import { block, registered, uploaded } from "../../support/upload.ts";

describeEmulator("instances", () => {
    let aws: Running;
    let ImageId: string;
    beforeEach(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 0 });
        const snapshot = await uploaded(aws.ebs(), [block("a")]);
        await advance();
        ImageId = await registered(aws.ec2(), snapshot);
    });
    afterEach(() => end(aws));

    const advance = (seconds = 60): Promise<unknown> => aws.side("POST", "clock", { advanceMs: seconds * 1_000 });
    const launch = async (request: Partial<RunInstancesCommandInput> = {}): Promise<Instance> => {
        const { Instances } = await aws
            .ec2()
            .send(new RunInstancesCommand({ ImageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, ...request }));
        return Instances![0]!;
    };
    const described = async (id: string): Promise<Instance> => {
        const { Reservations } = await aws.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }));
        return Reservations![0]!.Instances![0]!;
    };
    const types = async (): Promise<string[]> =>
        ((await aws.side("GET", "existing")) as Existing[]).map(({ type }) => type).toSorted();

    test("a launch makes an interface and a volume, each with its tags, and takes all with it again", async () => {
        const tags = (ResourceType: "instance" | "volume" | "network-interface"): object => ({
            ResourceType,
            Tags: [{ Key: "kind", Value: ResourceType }],
        });
        const TagSpecifications = [tags("instance"), tags("volume"), tags("network-interface")];
        const { InstanceId, State } = await launch({ TagSpecifications });
        expect(State?.Name).toBe("pending");
        await advance();
        const instance = await described(InstanceId!);
        expect(instance).toMatchObject({
            State: { Code: 16, Name: "running" },
            PrivateIpAddress: "172.31.0.4",
            PrivateDnsName: "ip-172-31-0-4.eu-central-1.compute.internal",
            PublicIpAddress: "198.18.0.1",
            SecurityGroups: [{ GroupName: "default" }],
            BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Status: "attached", DeleteOnTermination: true } }],
            Tags: [{ Key: "kind", Value: "instance" }],
        });
        expect((await aws.side("GET", "existing")) as Existing[]).toEqual(
            expect.arrayContaining(
                ["volume", "network-interface"].map((type) => expect.objectContaining({ type, tags: { kind: type } })),
            ),
        );
        const ended = await aws.ec2().send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        expect(ended.TerminatingInstances).toMatchObject([
            { PreviousState: { Name: "running" }, CurrentState: { Name: "shutting-down" } },
        ]);
        expect(await types()).toContain("volume");
        await advance();
        expect(await types()).toEqual(["image", "snapshot"]);
        expect((await described(InstanceId!)).State?.Name).toBe("terminated");
        await advance(3_700);
        await expect(described(InstanceId!)).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    });

    test("a client token launches once", async () => {
        const first = await launch({ ClientToken: "once" });
        await advance();
        const second = await launch({ ClientToken: "once" });
        expect([second.InstanceId, second.State?.Name]).toEqual([first.InstanceId, "running"]);
        await expect(launch({ ClientToken: "once", InstanceType: "t3.small" })).rejects.toMatchObject({
            name: "IdempotentParameterMismatch",
        });
        expect((await types()).filter((type) => type === "instance")).toHaveLength(1);
    });

    test.each<[string, Partial<RunInstancesCommandInput>, string]>([
        ["another architecture", { InstanceType: "t4g.micro" }, "InvalidParameterValue"],
        ["no such type", { InstanceType: "t99.huge" as "t3.micro" }, "InvalidParameterValue"],
        ["no such image", { ImageId: "ami-0123456789abcdef0" }, "InvalidAMIID.NotFound"],
        ["no such subnet", { SubnetId: "subnet-0123456789abcdef0" }, "InvalidSubnetID.NotFound"],
        ["no such group", { SecurityGroupIds: ["sg-0123456789abcdef0"] }, "InvalidGroup.NotFound"],
        ["no such key", { KeyName: "mine" }, "InvalidKeyPair.NotFound"],
        ["17 KB of user data", { UserData: Buffer.alloc(16_385).toString("base64") }, "InvalidParameterValue"],
        ["user data that is not base64", { UserData: "#!/bin/sh" }, "InvalidUserData.Malformed"],
        ["more than there may be", { MinCount: 3, MaxCount: 3 }, "InstanceLimitExceeded"],
        ["another zone than the subnet's", { Placement: { AvailabilityZone: "us-east-1a" } }, "InvalidParameterValue"],
    ])("%s is refused, and nothing is left of it", async (_name, request, name) => {
        await aws.side("POST", "settings", { instances: 2 });
        await expect(launch(request)).rejects.toMatchObject({ name });
        expect(await types()).toEqual(["image", "snapshot"]);
        await launch({ UserData: Buffer.alloc(16_384).toString("base64") });
    });

    test("an image without ENA does not start on Nitro, and one for UEFI not on Xen", async () => {
        const [snapshot] = (await aws.side("GET", "existing")) as Existing[];
        const plain = await registered(aws.ec2(), snapshot!.id, { Name: "plain", EnaSupport: false });
        await expect(launch({ ImageId: plain })).rejects.toMatchObject({
            name: "InvalidParameterCombination",
            message: expect.stringContaining("Elastic Network Adapter"),
        });
        await launch({ ImageId: plain, InstanceType: "t2.micro" });
        const uefi = await registered(aws.ec2(), snapshot!.id, { Name: "uefi", BootMode: "uefi", ImdsSupport: "v2.0" });
        await expect(launch({ ImageId: uefi, InstanceType: "t2.micro" })).rejects.toMatchObject({
            name: "InvalidParameterCombination",
        });
        expect((await launch({ ImageId: uefi })).MetadataOptions).toMatchObject({
            HttpTokens: "required",
            HttpPutResponseHopLimit: 2,
        });
    });

    test("what is protected stays, and attributes are changed where AWS changes them", async () => {
        const ec2 = aws.ec2();
        const { InstanceId } = await launch({ DisableApiTermination: true, UserData: "AAAA" });
        await advance();
        const terminate = new TerminateInstancesCommand({ InstanceIds: [InstanceId!] });
        await expect(ec2.send(terminate)).rejects.toMatchObject({ name: "OperationNotPermitted" });
        const larger = new ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value: "t3.small" } });
        await expect(ec2.send(larger)).rejects.toMatchObject({ name: "IncorrectInstanceState" });
        await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId!] }));
        await expect(ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId!] }))).rejects.toMatchObject({
            name: "IncorrectInstanceState",
        });
        await advance();
        expect(await described(InstanceId!)).toMatchObject({ State: { Name: "stopped" }, PublicDnsName: "" });
        await ec2.send(larger);
        await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, UserData: { Value: Buffer.from("hello") } }));
        await ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId!] }));
        await advance();
        expect(await described(InstanceId!)).toMatchObject({
            State: { Name: "running" },
            InstanceType: "t3.small",
            PublicIpAddress: expect.any(String),
        });
        const attribute = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: "userData" });
        expect((await ec2.send(attribute)).UserData?.Value).toBe(Buffer.from("hello").toString("base64"));
        const group = await ec2.send(new CreateSecurityGroupCommand({ GroupName: "more", Description: "more" }));
        await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: [group.GroupId!] }));
        expect((await described(InstanceId!)).SecurityGroups).toEqual([{ GroupId: group.GroupId, GroupName: "more" }]);
        const options = new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens: "required" });
        expect((await ec2.send(options)).InstanceMetadataOptions?.HttpTokens).toBe("required");
        await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } }));
        await ec2.send(terminate);
    });

    test("a volume follows its rules from creation to deletion", async () => {
        const ec2 = aws.ec2();
        const { InstanceId } = await launch({ Placement: { AvailabilityZone: "eu-central-1b" } });
        await advance();
        const create = (AvailabilityZone: string): CreateVolumeCommand =>
            new CreateVolumeCommand({ AvailabilityZone, Size: 2, VolumeType: "gp3", ClientToken: AvailabilityZone });
        const { VolumeId } = await ec2.send(create("eu-central-1b"));
        expect((await ec2.send(create("eu-central-1b"))).VolumeId).toBe(VolumeId);
        const attach = { VolumeId, InstanceId, Device: "/dev/sdf" };
        await expect(ec2.send(new AttachVolumeCommand(attach))).rejects.toMatchObject({ name: "IncorrectState" });
        await advance();
        await expect(ec2.send(new AttachVolumeCommand({ ...attach, Device: "/dev/xvda" }))).rejects.toMatchObject({
            name: "InvalidParameterValue",
        });
        const elsewhere = await ec2.send(create("eu-central-1a"));
        await advance();
        await expect(
            ec2.send(new AttachVolumeCommand({ ...attach, VolumeId: elsewhere.VolumeId })),
        ).rejects.toMatchObject({ name: "InvalidVolume.ZoneMismatch" });
        expect((await ec2.send(new AttachVolumeCommand(attach))).State).toBe("attaching");
        await advance();
        await expect(ec2.send(new AttachVolumeCommand(attach))).rejects.toMatchObject({ name: "VolumeInUse" });
        await expect(ec2.send(new DeleteVolumeCommand({ VolumeId }))).rejects.toMatchObject({ name: "VolumeInUse" });
        const modified = await ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 3 }));
        expect(modified.VolumeModification).toMatchObject({ OriginalSize: 2, TargetSize: 3 });
        await expect(ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 4 }))).rejects.toMatchObject({
            name: "VolumeModificationRateExceeded",
        });
        const { BlockDeviceMappings } = await described(InstanceId!);
        const root = BlockDeviceMappings!.find(({ DeviceName }) => DeviceName === "/dev/xvda")!.Ebs!.VolumeId;
        await expect(ec2.send(new DetachVolumeCommand({ VolumeId: root }))).rejects.toMatchObject({
            name: "OperationNotPermitted",
        });
        await ec2.send(new DetachVolumeCommand({ VolumeId }));
        await advance();
        const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId!] }));
        expect(Volumes).toMatchObject([{ State: "available", Size: 3, Attachments: [] }]);
        await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    });

    test("a volume that is not to go with its instance stays", async () => {
        const BlockDeviceMappings = [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 1, DeleteOnTermination: false } }];
        const { InstanceId } = await launch({ BlockDeviceMappings });
        await aws.ec2().send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await advance();
        expect(await types()).toEqual(["image", "snapshot", "volume"]);
    });

    test("an image that instances refer to says so, and is known by its id until the last is gone", async () => {
        const ec2 = aws.ec2();
        const { InstanceId } = await launch();
        const references = new DescribeImageReferencesCommand({ ImageIds: [ImageId], IncludeAllResourceTypes: true });
        expect((await ec2.send(references)).ImageReferences).toEqual([
            {
                ImageId,
                ResourceType: "ec2:Instance",
                Arn: `arn:aws:ec2:eu-central-1:111111111111:instance/${InstanceId}`,
            },
        ]);
        await ec2.send(new DeregisterImageCommand({ ImageId }));
        const images = new DescribeImagesCommand({ ImageIds: [ImageId] });
        expect((await ec2.send(images)).Images).toEqual([]);
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await advance();
        await expect(ec2.send(images)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
    });

    test("status checks take their time; the console of an instance without a guest is empty", async () => {
        const ec2 = aws.ec2();
        const { InstanceId } = await launch();
        const status = async (): Promise<unknown> => {
            const { InstanceStatuses } = await ec2.send(
                new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId!] }),
            );
            return InstanceStatuses?.map((each) => each.InstanceStatus?.Status);
        };
        expect(await status()).toEqual([]);
        await advance(3);
        expect(await status()).toEqual(["initializing"]);
        await advance();
        expect(await status()).toEqual(["ok"]);
        expect((await ec2.send(new GetConsoleOutputCommand({ InstanceId }))).Output).toBeUndefined();
    });

    test("types and subnets are told", async () => {
        const ec2 = aws.ec2();
        const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["t4g.micro"] }));
        expect(InstanceTypes).toMatchObject([
            { SupportedBootModes: ["uefi"], ProcessorInfo: { SupportedArchitectures: ["arm64"] }, Hypervisor: "nitro" },
        ]);
        await expect(
            ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["u-6tb1.metal"] })),
        ).rejects.toMatchObject({ name: "EmulatorNotImplemented" });
        await expect(
            ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["t99.huge" as "t3.micro"] })),
        ).rejects.toMatchObject({ name: "InvalidInstanceType" });
        const { Subnets } = await ec2.send(
            new DescribeSubnetsCommand({ Filters: [{ Name: "availability-zone", Values: ["*c"] }] }),
        );
        expect(Subnets).toMatchObject([{ CidrBlock: "172.31.32.0/20", DefaultForAz: true }]);
        const { SubnetId } = await launch({ SubnetId: Subnets![0]!.SubnetId });
        expect(SubnetId).toBe(Subnets![0]!.SubnetId);
    });
});
