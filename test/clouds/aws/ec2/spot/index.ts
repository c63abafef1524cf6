import type {
    CancelSpotInstanceRequestsRequest,
    CancelSpotInstanceRequestsResult,
    DescribeSpotInstanceRequestsRequest,
    DescribeSpotInstanceRequestsResult,
    SpotInstanceRequest,
    SpotInstanceState,
} from "@aws-sdk/client-ec2";
import type { Call, Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { Resource, SpotRequest } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { findOwn, select, SPOT_REQUEST } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { tagList } from "../tags/tag-set.ts";

function stateOf({ cancelledAt, closedAt }: SpotRequest): SpotInstanceState & ("cancelled" | "closed" | "active") {
    if (cancelledAt !== undefined) {
        return "cancelled";
    }
    return closedAt === undefined ? "active" : "closed";
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
function describeSpotInstanceRequests(
    call: Call,
    input: DescribeSpotInstanceRequestsRequest,
): DescribeSpotInstanceRequestsResult {
    const { SpotInstanceRequestIds: ids } = input;
    const own = ({ account }: SpotRequest): boolean => account === call.account;
    const found = filtered(select(call, SPOT_REQUEST, call.world.tables.spotRequests, ids, own), input.Filters, FIELDS);
    const { page, NextToken } = paged(found, input, ids);
    return { SpotInstanceRequests: page.map(view), ...(NextToken !== undefined && { NextToken }) };
}

const FIELDS: FilterFields<SpotRequest> = {
    "spot-instance-request-id": ({ id }) => id,
    "instance-id": ({ instanceId }) => instanceId,
    state: stateOf,
    type: () => "one-time",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
const STATUS: Readonly<Record<ReturnType<typeof stateOf>, string>> = {
    active: "fulfilled",
    cancelled: "request-canceled-and-instance-running",
    closed: "instance-terminated-by-user",
};

function view(request: SpotRequest): SpotInstanceRequest {
    const State = stateOf(request);
    return {
        SpotInstanceRequestId: request.id,
        InstanceId: request.instanceId,
        State,
        Status: { Code: STATUS[State], UpdateTime: new Date(request.closedAt ?? request.createdAt) },
        Type: "one-time",
        InstanceInterruptionBehavior: "terminate",
        CreateTime: new Date(request.createdAt),
        ProductDescription: "Linux/UNIX",
        LaunchSpecification: { InstanceType: request.instanceType as "t3.micro" },
        ...(request.maxPrice !== undefined && { SpotPrice: request.maxPrice }),
        Tags: tagList(request.tags),
    };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html: instances go on. */
function cancelSpotInstanceRequests(
    call: Call,
    input: CancelSpotInstanceRequestsRequest,
): CancelSpotInstanceRequestsResult {
    const requests = input.SpotInstanceRequestIds!.map((id) =>
        findOwn(call, SPOT_REQUEST, call.world.tables.spotRequests, id),
    );
    requests.filter((request) => stateOf(request) === "active").forEach((each) => (each.cancelledAt = call.now));
    return {
        CancelledSpotInstanceRequests: requests.map((request) => ({
            SpotInstanceRequestId: request.id,
            State: stateOf(request),
        })),
    };
}

export const spotOperations: Operations = {
    DescribeSpotInstanceRequests: reads(describeSpotInstanceRequests, [
        "SpotInstanceRequestIds",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
    CancelSpotInstanceRequests: changes(cancelSpotInstanceRequests, ["SpotInstanceRequestIds"]),
};

export function existingSpotRequests({ tables }: World): [string, Resource, string][] {
    return [...tables.spotRequests.values()]
        .filter((request) => stateOf(request) === "active")
        .map((request) => ["spot-instances-request", request, "active"]);
}
