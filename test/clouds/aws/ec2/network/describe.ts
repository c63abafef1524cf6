import type {
    DeleteNetworkInterfaceRequest,
    DescribeAvailabilityZonesRequest,
    DescribeAvailabilityZonesResult,
    DescribeNetworkInterfacesRequest,
    DescribeNetworkInterfacesResult,
    DescribeSubnetsRequest,
    DescribeSubnetsResult,
    DescribeVpcsRequest,
    DescribeVpcsResult,
    NetworkInterfaceAttachment,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { NetworkInterface } from "../../world/tables.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { findOwn, NETWORK_INTERFACE, select } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { tagList } from "../tags/tag-set.ts";
import type { DefaultSubnet } from "./defaults.ts";
import { subnetsOf, VPC_CIDR, vpcId, zonesOf } from "./defaults.ts";
import { groupIdentifiers } from "./groups.ts";

/** What is always there has no tags and no history. */
const always = (
    { account, region }: Call,
    id: string,
): { id: string; tags: Record<string, string> } & typeof NOTHING => ({
    ...NOTHING,
    id,
    account,
    region,
    tags: {},
});
const NOTHING = { account: "", region: "", createdAt: 0, visibleAt: 0 };

export function describeVpcs(call: Call, { VpcIds, Filters }: DescribeVpcsRequest): DescribeVpcsResult {
    const id = vpcId(call);
    const unknown = VpcIds?.find((each) => each !== id);
    if (unknown !== undefined) {
        throw new Failure("InvalidVpcID.NotFound", `The vpc ID '${unknown}' does not exist`);
    }
    const fields = { "vpc-id": () => id, "is-default": () => true, isDefault: () => true, cidr: () => VPC_CIDR };
    return {
        Vpcs: filtered([always(call, id)], Filters, fields).map(() => ({
            VpcId: id,
            CidrBlock: VPC_CIDR,
            IsDefault: true,
            State: "available",
            OwnerId: call.account,
            InstanceTenancy: "default",
        })),
    };
}

export function describeSubnets(call: Call, { SubnetIds, Filters }: DescribeSubnetsRequest): DescribeSubnetsResult {
    const all = subnetsOf(call);
    const unknown = SubnetIds?.find((id) => !all.some((subnet) => subnet.id === id));
    if (unknown !== undefined) {
        throw new Failure("InvalidSubnetID.NotFound", `The subnet ID '${unknown}' does not exist`);
    }
    const chosen = all.filter(({ id }) => SubnetIds === undefined || SubnetIds.includes(id));
    const rows = chosen.map((subnet) => ({ ...always(call, subnet.id), ...subnet }));
    const fields: FilterFields<(typeof rows)[number]> = {
        "subnet-id": ({ id }) => id,
        "vpc-id": () => vpcId(call),
        "availability-zone": ({ zone }) => zone,
        "default-for-az": () => true,
        defaultForAz: () => true,
    };
    return { Subnets: filtered(rows, Filters, fields).map((subnet) => subnetView(call, subnet)) };
}

function subnetView(
    call: Call,
    { id, zone, cidr }: DefaultSubnet,
): NonNullable<DescribeSubnetsResult["Subnets"]>[number] {
    return {
        SubnetId: id,
        VpcId: vpcId(call),
        AvailabilityZone: zone,
        CidrBlock: cidr,
        DefaultForAz: true,
        MapPublicIpOnLaunch: true,
        State: "available",
        OwnerId: call.account,
        AvailableIpAddressCount: 4_091,
    };
}

export function describeAvailabilityZones(
    call: Call,
    { ZoneNames }: DescribeAvailabilityZonesRequest,
): DescribeAvailabilityZonesResult {
    const zones = zonesOf(call);
    const unknown = ZoneNames?.find((name) => !zones.includes(name));
    if (unknown !== undefined) {
        throw new Failure("InvalidParameterValue", `Invalid availability zones: [${unknown}]`);
    }
    return {
        AvailabilityZones: (ZoneNames ?? zones).map((ZoneName) => ({
            ZoneName,
            RegionName: call.region,
            State: "available",
            ZoneType: "availability-zone",
            OptInStatus: "opt-in-not-required",
        })),
    };
}

const attachmentOf = ({ instanceId, deleteOnTermination }: NetworkInterface): NetworkInterfaceAttachment => ({
    InstanceId: instanceId,
    DeviceIndex: 0,
    DeleteOnTermination: deleteOnTermination,
    Status: "attached",
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html */
export function deleteNetworkInterface(call: Call, { NetworkInterfaceId: id }: DeleteNetworkInterfaceRequest): object {
    const found = findOwn(call, NETWORK_INTERFACE, call.world.tables.networkInterfaces, id!);
    if (found.instanceId !== undefined) {
        const message = `Network interface '${found.id}' is currently in use by ${found.instanceId}.`;
        throw new Failure("InvalidParameterValue", message);
    }
    call.world.tables.networkInterfaces.delete(found.id);
    return {};
}

export function describeNetworkInterfaces(
    call: Call,
    input: DescribeNetworkInterfacesRequest,
): DescribeNetworkInterfacesResult {
    const { NetworkInterfaceIds: ids } = input;
    const own = ({ account }: NetworkInterface): boolean => account === call.account;
    const found = select(call, NETWORK_INTERFACE, call.world.tables.networkInterfaces, ids, own);
    const fields: FilterFields<NetworkInterface> = {
        "network-interface-id": ({ id }) => id,
        "attachment.instance-id": ({ instanceId }) => instanceId,
        "subnet-id": ({ subnetId }) => subnetId,
        "group-id": ({ groups }) => groups,
        "vpc-id": () => vpcId(call),
        status: ({ instanceId }) => (instanceId === undefined ? "available" : "in-use"),
        description: ({ description }) => description,
        "private-ip-address": ({ privateIp }) => privateIp,
    };
    const { page, NextToken } = paged(filtered(found, input.Filters, fields), input, ids);
    return {
        NetworkInterfaces: page.map((each) => ({
            NetworkInterfaceId: each.id,
            SubnetId: each.subnetId,
            VpcId: vpcId(call),
            AvailabilityZone: each.zone,
            OwnerId: each.account,
            PrivateIpAddress: each.privateIp,
            Description: each.description,
            Groups: groupIdentifiers(call, each.groups),
            ...(each.instanceId === undefined
                ? { Status: "available" as const }
                : { Status: "in-use" as const, Attachment: attachmentOf(each) }),
            ...(each.publicIp !== undefined && { Association: { PublicIp: each.publicIp } }),
            TagSet: tagList(each.tags),
        })),
        ...(NextToken !== undefined && { NextToken }),
    };
}
