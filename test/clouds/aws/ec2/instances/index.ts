import type { Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { getConsoleOutput } from "./console.ts";
import { describeInstances, describeInstanceStatus } from "./describe.ts";
import { describeInstanceTypes } from "./describe-types.ts";
import { modifyInstanceMetadataOptions } from "./metadata.ts";
import { describeInstanceAttribute, MODIFIABLE, modifyInstanceAttribute } from "./modify.ts";
import { rebootInstances, startInstances, stopInstances, terminateInstances } from "./power.ts";
import { runInstances } from "./run.ts";

const PAGES = ["InstanceIds", "Filters", "MaxResults", "NextToken"] as const;

export const instanceOperations: Operations = {
    RunInstances: changes(runInstances, [
        "BlockDeviceMappings.DeviceName",
        "BlockDeviceMappings.Ebs",
        "BlockDeviceMappings.NoDevice",
        "ClientToken",
        "DisableApiStop",
        "DisableApiTermination",
        "EbsOptimized",
        "IamInstanceProfile",
        "ImageId",
        "InstanceInitiatedShutdownBehavior",
        "InstanceMarketOptions.MarketType",
        "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior",
        "InstanceMarketOptions.SpotOptions.MaxPrice",
        "InstanceMarketOptions.SpotOptions.SpotInstanceType",
        "InstanceType",
        "KeyName",
        "MaxCount",
        "MetadataOptions.HttpEndpoint",
        "MetadataOptions.HttpPutResponseHopLimit",
        "MetadataOptions.HttpTokens",
        "MetadataOptions.InstanceMetadataTags",
        "MinCount",
        "NetworkInterfaces.AssociatePublicIpAddress",
        "NetworkInterfaces.DeleteOnTermination",
        "NetworkInterfaces.Description",
        "NetworkInterfaces.DeviceIndex",
        "NetworkInterfaces.Groups",
        "NetworkInterfaces.SubnetId",
        "Placement.AvailabilityZone",
        "Placement.GroupName",
        "Placement.Tenancy",
        "SecurityGroupIds",
        "SubnetId",
        "TagSpecifications",
        "UserData",
    ]),
    DescribeInstances: reads(describeInstances, PAGES),
    DescribeInstanceStatus: reads(describeInstanceStatus, [...PAGES, "IncludeAllInstances"]),
    DescribeInstanceTypes: reads(describeInstanceTypes, ["InstanceTypes", "Filters", "MaxResults", "NextToken"]),
    StopInstances: changes(stopInstances, ["InstanceIds", "Force"]),
    StartInstances: changes(startInstances, ["InstanceIds"]),
    RebootInstances: changes(rebootInstances, ["InstanceIds"]),
    TerminateInstances: changes(terminateInstances, ["InstanceIds"]),
    ModifyInstanceAttribute: changes(modifyInstanceAttribute, ["InstanceId", ...MODIFIABLE]),
    DescribeInstanceAttribute: reads(describeInstanceAttribute, ["InstanceId", "Attribute"]),
    ModifyInstanceMetadataOptions: changes(modifyInstanceMetadataOptions, [
        "InstanceId",
        "HttpTokens",
        "HttpPutResponseHopLimit",
        "HttpEndpoint",
        "InstanceMetadataTags",
    ]),
    GetConsoleOutput: reads(getConsoleOutput, ["InstanceId", "Latest"]),
};

export function existingInstances({ tables }: World, now: number): [string, Resource, string][] {
    return [...tables.instances.values()]
        .map((instance): [string, Resource, string] => ["instance", instance, instanceState(instance, now)])
        .filter(([, , state]) => state !== "terminated");
}
