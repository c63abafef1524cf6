import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import {
    CancelSpotInstanceRequestsCommand,
    CreatePlacementGroupCommand,
    DeleteNetworkInterfaceCommand,
    DeletePlacementGroupCommand,
    DescribeNetworkInterfacesCommand,
    DescribeSpotInstanceRequestsCommand,
    DescribeTagsCommand,
    GetConsoleOutputCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Launching } from "../../support/launching.ts";
import { launching } from "../../support/launching.ts";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";

type Request = Partial<RunInstancesCommandInput>;
const SPOT: Request = { InstanceMarketOptions: { MarketType: "spot", SpotOptions: { SpotInstanceType: "one-time" } } };

describeEmulator("launches", () => {
    let aws: Running;
    let on: Launching;
    beforeEach(async () => {
        aws = await running();
        on = await launching(aws);
    });
    afterEach(() => end(aws));

    test.each<[string, Request]>([
        ["MetadataOptions.HttpProtocolIpv6", { MetadataOptions: { HttpProtocolIpv6: "enabled" } }],
        ["Placement.PartitionNumber", { Placement: { PartitionNumber: 1 } }],
        ["NetworkInterfaces.Ipv6AddressCount", { NetworkInterfaces: [{ DeviceIndex: 0, Ipv6AddressCount: 1 }] }],
        ["BlockDeviceMappings.VirtualName", { BlockDeviceMappings: [{ VirtualName: "ephemeral0" }] }],
        [
            "InstanceMarketOptions.SpotOptions.BlockDurationMinutes",
            { InstanceMarketOptions: { MarketType: "spot", SpotOptions: { BlockDurationMinutes: 60 } } },
        ],
    ])("%s is not passed over", async (name, request) => {
        await expect(on.launch(request)).rejects.toMatchObject({
            name: "EmulatorNotImplemented",
            message: expect.stringContaining(name),
        });
    });

    test("a spot instance comes of a request that ends with it, and cannot be stopped", async () => {
        const ec2 = aws.ec2();
        const tags = { ResourceType: "spot-instances-request" as const, Tags: [{ Key: "a", Value: "b" }] };
        const { InstanceId, SpotInstanceRequestId } = await on.launch({ ...SPOT, TagSpecifications: [tags] });
        await on.advance();
        expect(await on.described(InstanceId!)).toMatchObject({ InstanceLifecycle: "spot", SpotInstanceRequestId });
        const describe = new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [SpotInstanceRequestId!] });
        const request = async (): Promise<unknown> => (await ec2.send(describe)).SpotInstanceRequests![0];
        expect(await request()).toMatchObject({ State: "active", InstanceId, Tags: tags.Tags, Type: "one-time" });
        expect(await on.types()).toContain("spot-instances-request");
        await expect(ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId!] }))).rejects.toMatchObject({
            name: "UnsupportedOperation",
        });
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await on.advance();
        expect(await on.types()).toEqual(["image", "snapshot"]);
        expect(await request()).toMatchObject({ State: "closed", Status: { Code: "instance-terminated-by-user" } });
    });

    test("a cancelled spot request leaves its instance", async () => {
        const ec2 = aws.ec2();
        const { InstanceId, SpotInstanceRequestId } = await on.launch(SPOT);
        await on.advance();
        const ids = { SpotInstanceRequestIds: [SpotInstanceRequestId!] };
        await ec2.send(new CancelSpotInstanceRequestsCommand(ids));
        expect((await on.described(InstanceId!)).State?.Name).toBe("running");
        expect(await on.types()).not.toContain("spot-instances-request");
    });

    test.each([
        ["InvalidParameterCombination", { InstanceInterruptionBehavior: "stop" as const }],
        ["InvalidParameterValue", { MaxPrice: "cheap" }],
        ["EmulatorNotImplemented", { SpotInstanceType: "persistent" as const }],
    ])("%s: a spot request with %j", async (name, SpotOptions) => {
        const InstanceMarketOptions = { MarketType: "spot" as const, SpotOptions };
        await expect(on.launch({ InstanceMarketOptions })).rejects.toMatchObject({ name });
    });

    test("what does not go with spot, and spot's tags without it, are refused", async () => {
        await expect(on.launch({ ...SPOT, DisableApiTermination: true })).rejects.toMatchObject({
            name: "InvalidParameterCombination",
        });
        const TagSpecifications = [
            { ResourceType: "spot-instances-request" as const, Tags: [{ Key: "a", Value: "b" }] },
        ];
        await expect(on.launch({ TagSpecifications })).rejects.toMatchObject({ name: "InvalidParameterValue" });
        expect(await on.types()).toEqual(["image", "snapshot"]);
    });

    test("a placement group takes what its strategy allows, and is in use while it has instances", async () => {
        const ec2 = aws.ec2();
        const Placement = { GroupName: "together" };
        const unknown = { name: "InvalidPlacementGroup.Unknown" };
        await expect(on.launch({ Placement })).rejects.toMatchObject(unknown);
        await ec2.send(new CreatePlacementGroupCommand({ GroupName: "together", Strategy: "cluster" }));
        await expect(on.launch({ Placement })).rejects.toMatchObject({ name: "InvalidParameterCombination" });
        const { InstanceId } = await on.launch({ Placement, InstanceType: "m5.large" });
        expect((await on.described(InstanceId!)).Placement).toMatchObject(Placement);
        const remove = new DeletePlacementGroupCommand(Placement);
        await expect(ec2.send(remove)).rejects.toMatchObject({ name: "InvalidPlacementGroup.InUse" });
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await on.advance();
        await ec2.send(remove);
        expect(await on.types()).toEqual(["image", "snapshot"]);
    });

    test("an interface that is not to go with its instance stays, and is removed by itself", async () => {
        const ec2 = aws.ec2();
        const interfaces = { DeviceIndex: 0, DeleteOnTermination: false, AssociatePublicIpAddress: false };
        await expect(on.launch({ NetworkInterfaces: [{ DeleteOnTermination: false }] })).rejects.toMatchObject({
            name: "InvalidParameterCombination",
        });
        const { InstanceId } = await on.launch({ NetworkInterfaces: [interfaces] });
        await on.advance();
        const { PublicIpAddress, PublicDnsName, NetworkInterfaces } = await on.described(InstanceId!);
        expect([PublicIpAddress, PublicDnsName]).toEqual([undefined, ""]);
        const { NetworkInterfaceId } = NetworkInterfaces![0]!;
        const remove = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId });
        await expect(ec2.send(remove)).rejects.toMatchObject({ name: "InvalidParameterValue" });
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await on.advance();
        const all = await ec2.send(new DescribeNetworkInterfacesCommand({}));
        expect(all.NetworkInterfaces).toMatchObject([{ NetworkInterfaceId, Status: "available" }]);
        await ec2.send(remove);
        expect(await on.types()).toEqual(["image", "snapshot"]);
    });

    test("tags of a terminated instance are there as long as it is described", async () => {
        const ec2 = aws.ec2();
        const TagSpecifications = [{ ResourceType: "instance" as const, Tags: [{ Key: "a", Value: "b" }] }];
        const { InstanceId } = await on.launch({ TagSpecifications });
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId!] }));
        await on.advance();
        const { Tags } = await ec2.send(
            new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [InstanceId!] }] }),
        );
        expect(Tags).toMatchObject([{ Key: "a", Value: "b" }]);
    });

    test("the latest console output is Nitro's alone; without a guest it is what the side interface prints", async () => {
        const ec2 = aws.ec2();
        const consoleOf = async (InstanceId: string): Promise<string> => {
            const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }));
            return Buffer.from(Output ?? "", "base64").toString("utf8");
        };
        const xen = await on.launch({ InstanceType: "t2.micro" });
        await expect(consoleOf(xen.InstanceId!)).rejects.toMatchObject({ name: "UnsupportedOperation" });
        const { InstanceId: instanceId } = await on.launch();
        await aws.side("POST", "console", { instanceId, text: "hello\n" });
        expect(await consoleOf(instanceId!)).toBe("hello\n");
        await aws.side("POST", "settings", { readyWithoutGuest: true });
        expect(await consoleOf(instanceId!)).toBe("hello\n");
        await on.advance();
        expect(await consoleOf(instanceId!)).toMatch(
            /^hello\nlinuxkit: ready [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/,
        );
    });
});
