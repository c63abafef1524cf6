import type {
    CreateTagsRequest,
    DeleteTagsRequest,
    DescribeTagsRequest,
    DescribeTagsResult,
    ResourceType,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call, Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { Resource } from "../../world/tables.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { findOwn } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { TAGGABLE } from "../taggable.ts";
import { checkCount, readTags } from "./tag-set.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html: on all, or on none. */
function createTags(call: Call, { Resources, Tags }: CreateTagsRequest): object {
    const added = readTags(Tags!);
    const resources = Resources!.map((id) => taggable(call, id));
    const tagged = resources.map(({ tags }) => checkCount({ ...tags, ...added }));
    resources.forEach((resource, index) => {
        resource.tags = tagged[index]!;
    });
    return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html: without a value, whatever it is. */
function deleteTags(call: Call, { Resources, Tags }: DeleteTagsRequest): object {
    const resources = Resources!.map((id) => taggable(call, id));
    for (const resource of resources) {
        const gone = ([key, value]: [string, string]): boolean =>
            Tags === undefined ||
            Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter((entry) => !gone(entry)));
    }
    return {};
}

function taggable(call: Call, id: string): Resource {
    const found = TAGGABLE.find(({ kind }) => id.startsWith(`${kind.prefix}-`));
    if (found === undefined) {
        throw new Failure("InvalidID", `The ID '${id}' is not valid`);
    }
    return findOwn(call, found.kind, found.table(call.world), id);
}

interface TagRow extends Resource {
    readonly key: string;
    readonly value: string;
    readonly resourceId: string;
    readonly type: ResourceType;
}

const FIELDS: FilterFields<TagRow> = {
    key: ({ key }) => key,
    value: ({ value }) => value,
    "resource-id": ({ resourceId }) => resourceId,
    "resource-type": ({ type }) => type,
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
function describeTags(call: Call, input: DescribeTagsRequest): DescribeTagsResult {
    const rows = TAGGABLE.flatMap((taggables) =>
        [...taggables.table(call.world).values()]
            .filter(
                ({ account, region, visibleAt }) =>
                    account === call.account && region === call.region && visibleAt <= call.now,
            )
            .flatMap((resource) => rowsOf(resource, taggables.type)),
    );
    const { page, NextToken } = paged(filtered(rows, input.Filters, FIELDS), input, undefined);
    return {
        Tags: page.map(({ key, value, resourceId, type }) => ({
            Key: key,
            Value: value,
            ResourceId: resourceId,
            ResourceType: type,
        })),
        ...(NextToken !== undefined && { NextToken }),
    };
}

function rowsOf(resource: Resource, type: ResourceType): TagRow[] {
    return Object.entries(resource.tags).map(([key, value]) => ({
        ...resource,
        id: `${resource.id} ${key}`,
        resourceId: resource.id,
        type,
        key,
        value,
    }));
}

export const tagOperations: Operations = {
    CreateTags: changes(createTags, ["Resources", "Tags"]),
    DeleteTags: changes(deleteTags, ["Resources", "Tags"]),
    DescribeTags: reads(describeTags, ["Filters", "MaxResults", "NextToken"]),
};
