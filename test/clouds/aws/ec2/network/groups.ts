import type {
    CreateSecurityGroupRequest,
    CreateSecurityGroupResult,
    DeleteSecurityGroupRequest,
    DescribeSecurityGroupsRequest,
    DescribeSecurityGroupsResult,
    GroupIdentifier,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource, visible } from "../../world/call.ts";
import type { SecurityGroup } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { filtered } from "../query/filters.ts";
import { find, notFound, SECURITY_GROUP } from "../query/find.ts";
import { tagList, tagsFor } from "../tags/tag-set.ts";
import { defaultGroupId, vpcId } from "./defaults.ts";

/** The default group, and those that were made. */
function groups(call: Call): SecurityGroup[] {
    const { account, region } = call;
    const always: SecurityGroup = {
        id: defaultGroupId(call),
        account,
        region,
        createdAt: 0,
        visibleAt: 0,
        tags: {},
        name: "default",
        description: "default VPC security group",
    };
    return [always, ...visible(call, call.world.tables.securityGroups).filter((group) => group.account === account)];
}

/** @throws Failure that names a group which is not there */
export function checkGroups(call: Call, ids: readonly string[] | undefined): string[] {
    const all = groups(call);
    for (const id of ids ?? []) {
        if (!all.some((group) => group.id === id)) {
            throw notFound(SECURITY_GROUP, id);
        }
    }
    return ids === undefined || ids.length === 0 ? [defaultGroupId(call)] : [...ids];
}

export function groupIdentifiers(call: Call, ids: readonly string[]): GroupIdentifier[] {
    const all = groups(call);
    return ids.map((GroupId) => ({ GroupId, GroupName: all.find(({ id }) => id === GroupId)?.name ?? "" }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export function createSecurityGroup(call: Call, input: CreateSecurityGroupRequest): CreateSecurityGroupResult {
    if (input.VpcId !== undefined && input.VpcId !== vpcId(call)) {
        throw new Failure("InvalidVpcID.NotFound", `The vpc ID '${input.VpcId}' does not exist`);
    }
    if (groups(call).some(({ name }) => name === input.GroupName)) {
        const message = `The security group '${input.GroupName}' already exists for VPC '${vpcId(call)}'`;
        throw new Failure("InvalidGroup.Duplicate", message);
    }
    const group: SecurityGroup = {
        ...newResource(call, newId("sg"), tagsFor(input.TagSpecifications, "security-group")),
        name: input.GroupName!,
        description: input.Description!,
    };
    call.world.tables.securityGroups.set(group.id, group);
    return { GroupId: group.id, Tags: tagList(group.tags) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
export function deleteSecurityGroup(call: Call, { GroupId }: DeleteSecurityGroupRequest): object {
    const group = find(call, SECURITY_GROUP, call.world.tables.securityGroups, GroupId!);
    const user = [...call.world.tables.networkInterfaces.values()].find((each) => each.groups.includes(group.id));
    if (user !== undefined) {
        throw new Failure("DependencyViolation", `resource ${group.id} has a dependent object`);
    }
    call.world.tables.securityGroups.delete(group.id);
    return { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export function describeSecurityGroups(call: Call, input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
    checkGroups(call, input.GroupIds);
    const found = groups(call).filter(({ id }) => input.GroupIds === undefined || input.GroupIds.includes(id));
    const fields = {
        "group-id": ({ id }: SecurityGroup) => id,
        "group-name": ({ name }: SecurityGroup) => name,
        "vpc-id": () => vpcId(call),
    };
    return {
        SecurityGroups: filtered(found, input.Filters, fields).map((group) => ({
            GroupId: group.id,
            GroupName: group.name,
            Description: group.description,
            VpcId: vpcId(call),
            OwnerId: group.account,
            Tags: tagList(group.tags),
            IpPermissions: [],
            IpPermissionsEgress: [],
        })),
    };
}
