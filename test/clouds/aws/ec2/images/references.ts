import type {
    DescribeImageReferencesRequest,
    DescribeImageReferencesResult,
    ImageReference,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { World } from "../../world/world.ts";
import { instancesOf } from "../instances/uses.ts";
import { paged } from "../query/pages.ts";

/** Whether an instance that is not terminated was launched from the image. */
export function isReferenced(world: World, imageId: string): boolean {
    return instancesOf(world, imageId).length > 0;
}

/**
 * The caller's own resources that refer to images: here instances alone.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageReferences.html
 */
export function describeImageReferences(
    call: Call,
    input: DescribeImageReferencesRequest,
): DescribeImageReferencesResult {
    const { ImageIds, IncludeAllResourceTypes, ResourceTypes } = input;
    if (IncludeAllResourceTypes !== true && (ResourceTypes ?? []).length === 0) {
        const message = "Either IncludeAllResourceTypes or ResourceTypes must be specified";
        throw new Failure("MissingParameter", message);
    }
    const instances =
        IncludeAllResourceTypes === true || ResourceTypes?.some(({ ResourceType }) => ResourceType === "ec2:Instance");
    const found = instances === true ? ImageIds!.flatMap((id) => references(call, id)) : [];
    const { page, NextToken } = paged(found, input, undefined);
    return { ImageReferences: page.map(({ view }) => view), ...(NextToken !== undefined && { NextToken }) };
}

function references({ world, account, region }: Call, imageId: string): { id: string; view: ImageReference }[] {
    return instancesOf(world, imageId)
        .filter((instance) => instance.account === account && instance.region === region)
        .map(({ id }) => ({
            id,
            view: {
                ImageId: imageId,
                ResourceType: "ec2:Instance",
                Arn: `arn:aws:ec2:${region}:${account}:instance/${id}`,
            },
        }));
}
