import type {
    DescribeInstancesRequest,
    DescribeInstancesResult,
    DescribeInstanceStatusRequest,
    DescribeInstanceStatusResult,
    InstanceStatus,
} from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Instance, NetworkInterface } from "../../world/tables.ts";
import { vpcId } from "../network/defaults.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { INSTANCE, select } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { volumesOf } from "../volumes/of-instance.ts";
import { privateName, publicName, reservationView, stateView } from "./view.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export function describeInstances(call: Call, input: DescribeInstancesRequest): DescribeInstancesResult {
    const found = filtered(own(call, input.InstanceIds), input.Filters, fields(call));
    const { page, NextToken } = paged(found, input, input.InstanceIds);
    const launches = Map.groupBy(page, ({ reservationId }) => reservationId);
    return {
        Reservations: [...launches.values()].map((instances) => reservationView(call, instances)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html: running ones, unless all. */
export function describeInstanceStatus(call: Call, input: DescribeInstanceStatusRequest): DescribeInstanceStatusResult {
    const found = filtered(own(call, input.InstanceIds), input.Filters, fields(call)).filter(
        (instance) => input.IncludeAllInstances === true || instanceState(instance, call.now) === "running",
    );
    const { page, NextToken } = paged(found, input, input.InstanceIds);
    return {
        InstanceStatuses: page.map((instance) => statusView(call, instance)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

function statusView(call: Call, instance: Instance): InstanceStatus {
    const running = instanceState(instance, call.now) === "running";
    const passed = call.now >= instance.settlesAt + call.world.settings.statusCheckMs;
    const Status = running ? (passed ? "ok" : "initializing") : "not-applicable";
    const Details = running
        ? [{ Name: "reachability" as const, Status: passed ? ("passed" as const) : ("initializing" as const) }]
        : [];
    return {
        InstanceId: instance.id,
        AvailabilityZone: instance.zone,
        InstanceState: stateView(instance, call.now),
        InstanceStatus: { Status, Details },
        SystemStatus: { Status, Details },
    };
}

function own(call: Call, ids: readonly string[] | undefined): Instance[] {
    return select(call, INSTANCE, call.world.tables.instances, ids, ({ account }) => account === call.account);
}

function fields(call: Call): FilterFields<Instance> {
    const link = (instance: Instance): NetworkInterface | undefined =>
        call.world.tables.networkInterfaces.get(instance.networkInterfaceId);
    return {
        "instance-id": ({ id }) => id,
        "image-id": ({ imageId }) => imageId,
        "instance-type": ({ instanceType }) => instanceType,
        "instance-state-name": (instance) => instanceState(instance, call.now),
        "instance-state-code": (instance) => stateView(instance, call.now).Code,
        "client-token": ({ clientToken }) => clientToken,
        "reservation-id": ({ reservationId }) => reservationId,
        "owner-id": ({ account }) => account,
        "availability-zone": ({ zone }) => zone,
        "subnet-id": (instance) => link(instance)?.subnetId,
        "network-interface.subnet-id": (instance) => link(instance)?.subnetId,
        "vpc-id": (instance) => link(instance) && vpcId(call),
        "instance.group-id": (instance) => link(instance)?.groups,
        "private-ip-address": (instance) => link(instance)?.privateIp,
        "ip-address": (instance) => link(instance)?.publicIp,
        architecture: ({ architecture }) => architecture,
        "root-device-name": ({ rootDeviceName }) => rootDeviceName,
        "launch-time": ({ launchedAt }) => new Date(launchedAt).toISOString(),
        "instance-lifecycle": ({ spot }) => (spot ? "spot" : undefined),
        "spot-instance-request-id": ({ spotRequestId }) => spotRequestId,
        "placement-group-name": ({ placementGroup }) => placementGroup,
        "dns-name": (instance) => {
            const { publicIp } = link(instance) ?? {};
            return publicIp && publicName(call, { publicIp });
        },
        "private-dns-name": (instance) => {
            const { privateIp } = link(instance) ?? {};
            return privateIp && privateName(call, { privateIp });
        },
        "block-device-mapping.volume-id": ({ id }) => volumesOf(call.world, id).map((volume) => volume.id),
        "block-device-mapping.device-name": ({ id }) =>
            volumesOf(call.world, id).map(({ attachment }) => attachment.device),
        "network-interface.network-interface-id": ({ networkInterfaceId }) => networkInterfaceId,
        "iam-instance-profile.arn": ({ profileArn }) => profileArn,
    };
}
