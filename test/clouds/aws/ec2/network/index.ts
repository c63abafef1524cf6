import type { Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import {
    deleteNetworkInterface,
    describeAvailabilityZones,
    describeNetworkInterfaces,
    describeSubnets,
    describeVpcs,
} from "./describe.ts";
import { createSecurityGroup, deleteSecurityGroup, describeSecurityGroups } from "./groups.ts";

export const networkOperations: Operations = {
    DescribeAvailabilityZones: reads(describeAvailabilityZones, ["ZoneNames"]),
    DescribeVpcs: reads(describeVpcs, ["VpcIds", "Filters"]),
    DescribeSubnets: reads(describeSubnets, ["SubnetIds", "Filters"]),
    DescribeNetworkInterfaces: reads(describeNetworkInterfaces, [
        "NetworkInterfaceIds",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
    DeleteNetworkInterface: changes(deleteNetworkInterface, ["NetworkInterfaceId"]),
    DescribeSecurityGroups: reads(describeSecurityGroups, ["GroupIds", "Filters"]),
    CreateSecurityGroup: changes(createSecurityGroup, ["GroupName", "Description", "VpcId", "TagSpecifications"]),
    DeleteSecurityGroup: changes(deleteSecurityGroup, ["GroupId"]),
};

export function existingNetwork({ tables }: World): [string, Resource, string][] {
    return [
        ...[...tables.networkInterfaces.values()].map((each): [string, Resource, string] => [
            "network-interface",
            each,
            each.instanceId === undefined ? "available" : "in-use",
        ]),
        ...[...tables.securityGroups.values()].map((each): [string, Resource, string] => [
            "security-group",
            each,
            "available",
        ]),
    ];
}
