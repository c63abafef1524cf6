import type {
    Instance as InstanceView,
    InstanceNetworkInterface,
    InstanceState,
    Reservation,
} from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Instance, NetworkInterface } from "../../world/tables.ts";
import { vpcId } from "../network/defaults.ts";
import { groupIdentifiers } from "../network/groups.ts";
import { tagList } from "../tags/tag-set.ts";
import { deviceViews } from "./devices.ts";
import { metadataView } from "./metadata.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const CODES: Readonly<Record<string, number>> = {
    pending: 0,
    running: 16,
    "shutting-down": 32,
    terminated: 48,
    stopping: 64,
    stopped: 80,
};

export function stateView(instance: Instance, now: number): InstanceState {
    const Name = instanceState(instance, now);
    return { Code: CODES[Name]!, Name };
}

/** Instances of one launch. */
export function reservationView(call: Call, instances: readonly Instance[]): Reservation {
    const [first] = instances;
    return {
        ReservationId: first?.reservationId ?? "",
        OwnerId: call.account,
        Groups: [],
        Instances: instances.map((instance) => instanceView(call, instance)),
    };
}

function instanceView(call: Call, instance: Instance): InstanceView {
    const link = call.world.tables.networkInterfaces.get(instance.networkInterfaceId);
    const { reason, profileArn, bootMode, clientToken } = instance;
    return {
        InstanceId: instance.id,
        ImageId: instance.imageId,
        State: stateView(instance, call.now),
        StateTransitionReason: reason?.message ?? "",
        ...(reason !== undefined && { StateReason: { Code: reason.code, Message: reason.message } }),
        InstanceType: instance.instanceType as NonNullable<InstanceView["InstanceType"]>,
        AmiLaunchIndex: instance.launchIndex,
        LaunchTime: new Date(instance.launchedAt),
        Placement: {
            AvailabilityZone: instance.zone,
            Tenancy: instance.tenancy,
            GroupName: instance.placementGroup ?? "",
        },
        Architecture: instance.architecture,
        VirtualizationType: "hvm",
        Hypervisor: "xen",
        PlatformDetails: "Linux/UNIX",
        RootDeviceName: instance.rootDeviceName,
        RootDeviceType: "ebs",
        EnaSupport: instance.enaSupport,
        EbsOptimized: instance.ebsOptimized,
        SourceDestCheck: true,
        Monitoring: { State: "disabled" },
        MetadataOptions: metadataView(instance.metadata),
        BlockDeviceMappings: deviceViews(call, instance.id),
        Tags: tagList(instance.tags),
        ...(clientToken !== undefined && { ClientToken: clientToken }),
        ...(bootMode !== undefined && { BootMode: bootMode }),
        ...(instance.spotRequestId !== undefined && {
            InstanceLifecycle: "spot" as const,
            SpotInstanceRequestId: instance.spotRequestId,
        }),
        ...(profileArn !== undefined && { IamInstanceProfile: { Arn: profileArn, Id: `AIPA${call.account}` } }),
        ...networkView(call, instance, link),
    };
}

/** A terminated instance has no network any more. */
function networkView(call: Call, instance: Instance, link: NetworkInterface | undefined): Partial<InstanceView> {
    if (link === undefined) {
        return { NetworkInterfaces: [], SecurityGroups: [], PrivateDnsName: "", PublicDnsName: "" };
    }
    return {
        SubnetId: link.subnetId,
        VpcId: vpcId(call),
        PrivateIpAddress: link.privateIp,
        PrivateDnsName: privateName(call, link),
        PublicDnsName: publicName(call, link),
        ...(link.publicIp !== undefined && { PublicIpAddress: link.publicIp }),
        SecurityGroups: groupIdentifiers(call, link.groups),
        NetworkInterfaces: [interfaceView(call, instance, link)],
    };
}

function interfaceView(call: Call, instance: Instance, link: NetworkInterface): InstanceNetworkInterface {
    return {
        NetworkInterfaceId: link.id,
        SubnetId: link.subnetId,
        VpcId: vpcId(call),
        OwnerId: link.account,
        Description: link.description,
        PrivateIpAddress: link.privateIp,
        PrivateDnsName: privateName(call, link),
        Status: "in-use",
        SourceDestCheck: true,
        InterfaceType: "interface",
        Groups: groupIdentifiers(call, link.groups),
        Attachment: {
            DeviceIndex: 0,
            Status: "attached",
            AttachTime: new Date(instance.createdAt),
            DeleteOnTermination: link.deleteOnTermination,
        },
        ...(link.publicIp !== undefined && {
            Association: { PublicIp: link.publicIp, PublicDnsName: publicName(call, link), IpOwnerId: "amazon" },
        }),
    };
}

type Region = Pick<Call, "region">;

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html: us-east-1 has older names. */
export function privateName({ region }: Region, { privateIp }: Pick<NetworkInterface, "privateIp">): string {
    const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
    return `ip-${privateIp.replaceAll(".", "-")}.${domain}`;
}

export function publicName({ region }: Region, { publicIp }: Pick<NetworkInterface, "publicIp">): string {
    const domain = region === "us-east-1" ? "compute-1" : `${region}.compute`;
    return publicIp === undefined ? "" : `ec2-${publicIp.replaceAll(".", "-")}.${domain}.amazonaws.com`;
}
