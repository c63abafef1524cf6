import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { checkVolumeType } from "../../ec2/volume-types.ts";
import { launchDevices } from "../../ec2/instances/devices.ts";
import { launchMetadata } from "../../ec2/instances/metadata.ts";
import { chooseSubnet, defaultGroupId, vpcId } from "../../ec2/network/defaults.ts";
import { profileArn } from "../../ec2/instances/profile.ts";
import type { Call } from "../../world/call.ts";
import type { Need } from "../evaluate.ts";
import type { Keys } from "../resources.ts";
import { arnOf, createdNeeds, existingNeed, need } from "../resources.ts";

/**
 * All that a launch touches: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export function launchNeeds(call: Call, input: RunInstancesRequest): Need[] {
    const { NetworkInterfaces: [link] = [], TagSpecifications: tags, Placement } = input;
    const subnet = chooseSubnet(call, input.SubnetId ?? link?.SubnetId, Placement?.AvailabilityZone);
    const vpc = arnOf(call, "vpc", vpcId(call));
    const zone: Keys = { "ec2:AvailabilityZone": subnet.zone };
    const groups = input.SecurityGroupIds ?? link?.Groups ?? [defaultGroupId(call)];
    return [
        imageNeed(call, input.ImageId ?? ""),
        ...createdNeeds(call, "instance", tags, { ...zone, ...instanceKeys(call, input) }),
        ...volumeNeeds(call, input, zone),
        ...createdNeeds(call, "network-interface", tags, {
            ...zone,
            "ec2:Vpc": vpc,
            "ec2:Subnet": arnOf(call, "subnet", subnet.id),
            "ec2:AssociatePublicIpAddress": link?.AssociatePublicIpAddress,
        }),
        need(call, "ec2:RunInstances", arnOf(call, "subnet", subnet.id), { ...zone, "ec2:Vpc": vpc }),
        ...groups.map((id) => existingNeed(call, "security-group", id, { "ec2:Vpc": vpc })),
        ...marketNeeds(call, input),
        ...(Placement?.GroupName === undefined ? [] : [placementNeed(call, Placement.GroupName)]),
        ...profileNeeds(call, input),
    ];
}

function imageNeed(call: Call, id: string): Need {
    const image = call.world.tables.images.get(id);
    return existingNeed(call, "image", id, {
        "ec2:ImageID": id,
        "ec2:ImageType": "machine",
        "ec2:Public": image?.sharedWith.includes("all"),
        "ec2:RootDeviceType": "ebs",
    });
}

function instanceKeys(call: Call, input: RunInstancesRequest): Keys {
    const image = call.world.tables.images.get(input.ImageId ?? "");
    const { tokens, endpoint, hopLimit } = launchMetadata(image?.imdsSupport, input.MetadataOptions);
    return {
        "ec2:InstanceType": input.InstanceType,
        "ec2:InstanceMarketType": input.InstanceMarketOptions?.MarketType ?? "on-demand",
        "ec2:EbsOptimized": input.EbsOptimized ?? false,
        "ec2:Tenancy": input.Placement?.Tenancy ?? "default",
        "ec2:RootDeviceType": "ebs",
        "ec2:InstanceProfile": profileArn(call, input.IamInstanceProfile),
        "ec2:MetadataHttpTokens": tokens,
        "ec2:MetadataHttpEndpoint": endpoint,
        "ec2:MetadataHttpPutResponseHopLimit": hopLimit,
    };
}

function volumeNeeds(call: Call, input: RunInstancesRequest, zone: Keys): Need[] {
    const image = call.world.tables.images.get(input.ImageId ?? "");
    const devices = image === undefined ? [] : [...launchDevices(image, input.BlockDeviceMappings).values()];
    return devices.flatMap((ebs) => {
        const { VolumeType, Iops, Throughput } = checkVolumeType(ebs);
        const snapshot = ebs.SnapshotId === undefined ? undefined : arnOf(call, "snapshot", ebs.SnapshotId);
        return createdNeeds(call, "volume", input.TagSpecifications, {
            ...zone,
            "ec2:VolumeType": VolumeType,
            "ec2:VolumeIops": Iops,
            "ec2:VolumeThroughput": Throughput,
            "ec2:VolumeSize": ebs.VolumeSize,
            "ec2:Encrypted": ebs.Encrypted ?? false,
            "ec2:ParentSnapshot": snapshot,
        });
    });
}

function marketNeeds(call: Call, { InstanceMarketOptions, TagSpecifications }: RunInstancesRequest): Need[] {
    return InstanceMarketOptions?.MarketType === "spot"
        ? createdNeeds(call, "spot-instances-request", TagSpecifications)
        : [];
}

function placementNeed(call: Call, name: string): Need {
    return need(call, "ec2:RunInstances", arnOf(call, "placement-group", name), { "ec2:PlacementGroupName": name });
}

/** The role is taken to have its profile's name: profiles are not emulated. */
function profileNeeds(call: Call, { IamInstanceProfile }: RunInstancesRequest): Need[] {
    const profile = profileArn(call, IamInstanceProfile);
    const role = profile?.replace(":instance-profile/", ":role/");
    return role === undefined ? [] : [need(call, "iam:PassRole", role, { "iam:PassedToService": "ec2.amazonaws.com" })];
}
