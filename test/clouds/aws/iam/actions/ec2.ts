import type {
    AttachVolumeRequest,
    CopyImageRequest,
    CreateSecurityGroupRequest,
    CreateSnapshotRequest,
    CreateTagsRequest,
    CreateVolumeRequest,
    DeleteTagsRequest,
    ImportSnapshotRequest,
    ModifyInstanceAttributeRequest,
    RegisterImageRequest,
} from "@aws-sdk/client-ec2";
import { vpcId } from "../../ec2/network/defaults.ts";
import { TAGGABLE } from "../../ec2/taggable.ts";
import type { Call } from "../../world/call.ts";
import type { Need } from "../evaluate.ts";
import type { Keys, ResourceKind } from "../resources.ts";
import { arnOf, createdNeeds, existingNeed, need, requestTags } from "../resources.ts";
import { launchNeeds } from "./launch.ts";

/** What an operation must be allowed: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export type Needs = (call: Call, input: never) => Need[];

type Named<K extends string> = Readonly<Partial<Record<K, string>>>;

/** Of an operation on one resource, whose id is a member of its input. */
const on =
    <K extends string>(kind: ResourceKind, member: K) =>
    (call: Call, input: Named<K>): Need[] => [existingNeed(call, kind, input[member] ?? "")];

/** Of an operation on some. */
const onAll =
    <K extends string>(kind: ResourceKind, member: K) =>
    (call: Call, input: Readonly<Partial<Record<K, string[]>>>): Need[] =>
        (input[member] ?? []).map((id) => existingNeed(call, kind, id));

/** Groups are named in their ARNs. */
const onGroup = (call: Call, { GroupName }: Named<"GroupName">): Need[] => [
    need(call, `ec2:${call.operation}`, arnOf(call, "placement-group", GroupName ?? "")),
];

const attached = (call: Call, input: AttachVolumeRequest): Need[] => {
    const attachment = call.world.tables.volumes.get(input.VolumeId ?? "")?.attachment;
    return [
        existingNeed(call, "volume", input.VolumeId ?? ""),
        existingNeed(call, "instance", input.InstanceId ?? attachment?.instanceId ?? ""),
    ];
};

const IMAGE = on("image", "ImageId");
const INSTANCE = on("instance", "InstanceId");
const INSTANCES = onAll("instance", "InstanceIds");
const SNAPSHOT = on("snapshot", "SnapshotId");
const VOLUME = on("volume", "VolumeId");

export const EC2_NEEDS: Readonly<Record<string, Needs>> = {
    RunInstances: launchNeeds,
    StartInstances: INSTANCES,
    StopInstances: INSTANCES,
    RebootInstances: INSTANCES,
    TerminateInstances: INSTANCES,
    GetConsoleOutput: INSTANCE,
    DescribeInstanceAttribute: INSTANCE,
    ModifyInstanceMetadataOptions: INSTANCE,
    ModifyInstanceAttribute: (call, input: ModifyInstanceAttributeRequest) => [
        existingNeed(call, "instance", input.InstanceId ?? ""),
        ...(input.Groups ?? []).map((id) => existingNeed(call, "security-group", id)),
    ],

    RegisterImage: (call, input: RegisterImageRequest) => [
        ...createdNeeds(call, "image", input.TagSpecifications),
        ...(input.BlockDeviceMappings ?? []).flatMap(({ Ebs }) =>
            Ebs?.SnapshotId === undefined ? [] : [existingNeed(call, "snapshot", Ebs.SnapshotId)],
        ),
    ],
    CopyImage: (call, input: CopyImageRequest) => [
        existingNeed({ ...call, region: input.SourceRegion ?? "" }, "image", input.SourceImageId ?? "", {
            "aws:RequestedRegion": call.region,
        }),
        ...createdNeeds(call, "image", input.TagSpecifications),
        ...createdNeeds(call, "snapshot", input.TagSpecifications),
    ],
    DeregisterImage: IMAGE,
    ModifyImageAttribute: IMAGE,
    DescribeImageAttribute: IMAGE,
    EnableImageDeprecation: IMAGE,
    DisableImageDeprecation: IMAGE,
    EnableImage: IMAGE,
    DisableImage: IMAGE,
    EnableImageDeregistrationProtection: IMAGE,
    DisableImageDeregistrationProtection: IMAGE,

    CreateSnapshot: (call, input: CreateSnapshotRequest) => [
        existingNeed(call, "volume", input.VolumeId ?? ""),
        ...createdNeeds(call, "snapshot", input.TagSpecifications, {
            "ec2:ParentVolume": arnOf(call, "volume", input.VolumeId ?? ""),
        }),
    ],
    DeleteSnapshot: SNAPSHOT,
    ModifySnapshotAttribute: SNAPSHOT,
    DescribeSnapshotAttribute: SNAPSHOT,
    ImportSnapshot: (call, input: ImportSnapshotRequest) => [
        ...createdNeeds(call, "import-snapshot-task", input.TagSpecifications),
        need(call, "ec2:ImportSnapshot", arnOf(call, "snapshot", "*")),
    ],
    CancelImportTask: on("import-snapshot-task", "ImportTaskId"),

    CreateVolume: (call, input: CreateVolumeRequest) => [
        ...createdNeeds(call, "volume", input.TagSpecifications, volumeKeys(call, input)),
        ...(input.SnapshotId === undefined ? [] : [existingNeed(call, "snapshot", input.SnapshotId)]),
    ],
    DeleteVolume: VOLUME,
    ModifyVolume: VOLUME,
    AttachVolume: attached,
    DetachVolume: attached,

    CreateTags: (call, { Resources, Tags }: CreateTagsRequest) => taggedNeeds(call, Resources, Tags),
    DeleteTags: (call, { Resources, Tags }: DeleteTagsRequest) => taggedNeeds(call, Resources, Tags),

    CreateSecurityGroup: (call, input: CreateSecurityGroupRequest) => {
        const vpc = arnOf(call, "vpc", input.VpcId ?? vpcId(call));
        return [
            ...createdNeeds(call, "security-group", input.TagSpecifications, { "ec2:Vpc": vpc }),
            need(call, "ec2:CreateSecurityGroup", vpc),
        ];
    },
    DeleteSecurityGroup: on("security-group", "GroupId"),
    DeleteNetworkInterface: on("network-interface", "NetworkInterfaceId"),
    CreatePlacementGroup: onGroup,
    DeletePlacementGroup: onGroup,
    CancelSpotInstanceRequests: onAll("spot-instances-request", "SpotInstanceRequestIds"),

    EnableEbsEncryptionByDefault: (call) => [need(call, `ec2:${call.operation}`, "*")],
    DisableEbsEncryptionByDefault: (call) => [need(call, `ec2:${call.operation}`, "*")],
};

function volumeKeys(call: Call, input: CreateVolumeRequest): Keys {
    return {
        "ec2:AvailabilityZone": input.AvailabilityZone,
        "ec2:Encrypted": input.Encrypted ?? false,
        "ec2:VolumeSize": input.Size,
        "ec2:VolumeType": input.VolumeType ?? "gp2",
        "ec2:VolumeIops": input.Iops,
        "ec2:VolumeThroughput": input.Throughput,
        "ec2:ParentSnapshot": input.SnapshotId === undefined ? undefined : arnOf(call, "snapshot", input.SnapshotId),
    };
}

function taggedNeeds(
    call: Call,
    ids: readonly string[] | undefined,
    tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Need[] {
    const asked = Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
    return (ids ?? []).map((id) => {
        const kind = TAGGABLE.find((each) => id.startsWith(`${each.kind.prefix}-`))?.type ?? "image";
        return existingNeed(call, kind as ResourceKind, id, requestTags(asked));
    });
}
