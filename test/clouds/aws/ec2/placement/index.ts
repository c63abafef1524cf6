import type {
    CreatePlacementGroupRequest,
    CreatePlacementGroupResult,
    DeletePlacementGroupRequest,
    DescribePlacementGroupsRequest,
    DescribePlacementGroupsResult,
    PlacementGroup as GroupView,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call, Operations } from "../../world/call.ts";
import { changes, newResource, reads } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { PlacementGroup, Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { newId } from "../../world/world.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { PLACEMENT_GROUP, select } from "../query/find.ts";
import { tagList, tagsFor } from "../tags/tag-set.ts";
import { findGroup } from "./find.ts";

const MOST_PARTITIONS = 7;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html */
function createPlacementGroup(call: Call, input: CreatePlacementGroupRequest): CreatePlacementGroupResult {
    const { GroupName, Strategy = "cluster", PartitionCount } = input;
    if (GroupName === undefined) {
        throw new Failure("MissingParameter", "The request must contain the parameter groupName");
    }
    if (findGroup(call, GroupName) !== undefined) {
        throw new Failure("InvalidPlacementGroup.Duplicate", `The Placement Group '${GroupName}' already exists.`);
    }
    if (PartitionCount !== undefined && (Strategy !== "partition" || PartitionCount > MOST_PARTITIONS)) {
        const message = `A partition count of ${PartitionCount} does not go with the strategy ${Strategy}.`;
        throw new Failure("InvalidParameterCombination", message);
    }
    const group: PlacementGroup = {
        ...newResource(call, newId("pg"), tagsFor(input.TagSpecifications, "placement-group")),
        name: GroupName,
        strategy: Strategy,
        partitions: Strategy === "partition" ? (PartitionCount ?? 2) : undefined,
    };
    call.world.tables.placementGroups.set(group.id, group);
    return { PlacementGroup: view(group) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html */
function deletePlacementGroup(call: Call, { GroupName }: DeletePlacementGroupRequest): object {
    const group = findGroup(call, GroupName!);
    if (group === undefined) {
        throw new Failure("InvalidPlacementGroup.Unknown", `The Placement Group '${GroupName}' is unknown.`);
    }
    const { instances, placementGroups } = call.world.tables;
    const isMember = [...instances.values()].some(
        (each) =>
            each.placementGroup === GroupName &&
            each.account === group.account &&
            each.region === group.region &&
            instanceState(each, call.now) !== "terminated",
    );
    if (isMember) {
        throw new Failure("InvalidPlacementGroup.InUse", `The Placement Group '${GroupName}' is in use.`);
    }
    placementGroups.delete(group.id);
    return {};
}

const FIELDS: FilterFields<PlacementGroup> = {
    "group-name": ({ name }) => name,
    strategy: ({ strategy }) => strategy,
    state: () => "available",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html */
function describePlacementGroups(call: Call, input: DescribePlacementGroupsRequest): DescribePlacementGroupsResult {
    const own = ({ account }: PlacementGroup): boolean => account === call.account;
    const unknown = input.GroupNames?.find((name) => findGroup(call, name) === undefined);
    if (unknown !== undefined) {
        throw new Failure("InvalidPlacementGroup.Unknown", `The Placement Group '${unknown}' is unknown.`);
    }
    const found = select(call, PLACEMENT_GROUP, call.world.tables.placementGroups, input.GroupIds, own).filter(
        ({ name }) => input.GroupNames === undefined || input.GroupNames.includes(name),
    );
    return { PlacementGroups: filtered(found, input.Filters, FIELDS).map(view) };
}

function view(group: PlacementGroup): GroupView {
    return {
        GroupId: group.id,
        GroupName: group.name,
        GroupArn: `arn:aws:ec2:${group.region}:${group.account}:placement-group/${group.name}`,
        State: "available",
        Strategy: group.strategy,
        ...(group.partitions !== undefined && { PartitionCount: group.partitions }),
        Tags: tagList(group.tags),
    };
}

export const placementOperations: Operations = {
    CreatePlacementGroup: changes(createPlacementGroup, [
        "GroupName",
        "Strategy",
        "PartitionCount",
        "TagSpecifications",
    ]),
    DeletePlacementGroup: changes(deletePlacementGroup, ["GroupName"]),
    DescribePlacementGroups: reads(describePlacementGroups, ["GroupNames", "GroupIds", "Filters"]),
};

export function existingPlacementGroups({ tables }: World): [string, Resource, string][] {
    return [...tables.placementGroups.values()].map((group) => ["placement-group", group, "available"]);
}
