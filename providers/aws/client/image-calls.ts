import type { Filter, LaunchPermission } from "@aws-sdk/client-ec2";
import type { ImageCalls, ImageQuery, LaunchPermissions } from "../image/calls";
import type { Clients } from "./clients";
import { importCalls } from "./import-calls";
import { machineImage, permissionsOf, snapshot } from "./convert";
import { call, filters, pages, tagList } from "./requests";
import { resourceCalls } from "./resource-calls";

const blockBytes = 524_288;

/** Minutes of silence after which AWS cancels an upload: long enough to go on with it the next morning. */
const uploadMinutes = 24 * 60;

/** An image's calls by the SDK's clients. */
export function imageCalls(clients: Clients): ImageCalls {
    const { ec2, ebs } = clients;
    return {
        ...resourceCalls(clients),
        ...importCalls(clients),
        encryptsByDefault: () =>
            call("ec2:GetEbsEncryptionByDefault", async () => {
                const { EbsEncryptionByDefault } = await ec2.getEbsEncryptionByDefault({});
                return EbsEncryptionByDefault === true;
            }),
        startSnapshot: (request) =>
            call("ebs:StartSnapshot", async () => {
                const started = await ebs.startSnapshot({
                    VolumeSize: request.sizeGiB,
                    ClientToken: request.token,
                    Description: request.description,
                    Tags: tagList(request.tags),
                    Timeout: uploadMinutes,
                    ...(request.parent === undefined ? {} : { ParentSnapshotId: request.parent }),
                    ...(request.encrypted === undefined ? {} : { Encrypted: true }),
                    ...(request.kmsKey === undefined ? {} : { KmsKeyArn: request.kmsKey }),
                });
                return started.SnapshotId ?? "";
            }),
        putBlock: async ({ snapshot: id, index, bytes, sha256 }, signal) => {
            const block = {
                SnapshotId: id,
                BlockIndex: index,
                BlockData: bytes,
                DataLength: blockBytes,
                Checksum: sha256.toString("base64"),
                ChecksumAlgorithm: "SHA256" as const,
            };
            await call("ebs:PutSnapshotBlock", () => ebs.putSnapshotBlock(block, { abortSignal: signal }));
        },
        completeSnapshot: async (id, blocks, checksum) => {
            const complete = {
                SnapshotId: id,
                ChangedBlocksCount: blocks,
                Checksum: checksum,
                ChecksumAlgorithm: "SHA256" as const,
                ChecksumAggregationMethod: "LINEAR" as const,
            };
            await call("ebs:CompleteSnapshot", () => ebs.completeSnapshot(complete));
        },
        snapshots: (query) =>
            call("ec2:DescribeSnapshots", async () => {
                const Filters = filters(query, "snapshot-id");
                const found = await pages((page) => ec2.describeSnapshots({ ...page, OwnerIds: ["self"], Filters }));
                return found.flatMap(({ Snapshots = [] }) => Snapshots.map(snapshot));
            }),
        deleteSnapshot: async (id) => {
            await call("ec2:DeleteSnapshot", () => ec2.deleteSnapshot({ SnapshotId: id }));
        },
        ...registered(clients),
    };
}

type RegisteredCalls = Pick<
    ImageCalls,
    | "registerImage"
    | "copyImage"
    | "images"
    | "references"
    | "deregisterImage"
    | "describe"
    | "launchPermissions"
    | "changeLaunchPermissions"
    | "deprecate"
>;

function registered({ ec2 }: Pick<Clients, "ec2">): RegisteredCalls {
    return {
        registerImage: (request) =>
            call("ec2:RegisterImage", async () => {
                const { ImageId } = await ec2.registerImage({
                    Name: request.name,
                    Description: request.description,
                    Architecture: request.architecture,
                    VirtualizationType: "hvm",
                    EnaSupport: true,
                    SriovNetSupport: "simple",
                    RootDeviceName: "/dev/xvda",
                    BootMode: request.bootMode,
                    ...(request.imdsSupport === undefined ? {} : { ImdsSupport: request.imdsSupport }),
                    ...(request.tpmSupport === undefined ? {} : { TpmSupport: request.tpmSupport }),
                    BlockDeviceMappings: [
                        {
                            DeviceName: "/dev/xvda",
                            Ebs: {
                                SnapshotId: request.snapshot,
                                VolumeSize: request.sizeGiB,
                                VolumeType: "gp3",
                                DeleteOnTermination: true,
                            },
                        },
                    ],
                    TagSpecifications: [{ ResourceType: "image", Tags: tagList(request.tags) }],
                });
                return ImageId ?? "";
            }),
        copyImage: (request) =>
            call("ec2:CopyImage", async () => {
                const { ImageId } = await ec2.copyImage({
                    ClientToken: request.token,
                    Name: request.name,
                    Description: request.description,
                    SourceImageId: request.source.id,
                    SourceRegion: request.source.region,
                    ...(request.encrypted === undefined ? {} : { Encrypted: true }),
                    ...(request.kmsKey === undefined ? {} : { KmsKeyId: request.kmsKey }),
                    TagSpecifications: [
                        { ResourceType: "image", Tags: tagList(request.tags) },
                        { ResourceType: "snapshot", Tags: tagList(request.snapshotTags) },
                    ],
                });
                return ImageId ?? "";
            }),
        images: (query) =>
            call("ec2:DescribeImages", async () => {
                const all = { Owners: ["self"], IncludeDeprecated: true, IncludeDisabled: true };
                const Filters = imageFilters(query);
                const found = await pages((page) => ec2.describeImages({ ...page, ...all, Filters }));
                return found.flatMap(({ Images = [] }) => Images.map(machineImage));
            }),
        references: (id) =>
            call("ec2:DescribeImageReferences", async () => {
                const all = { ImageIds: [id], IncludeAllResourceTypes: true };
                const found = await pages((page) => ec2.describeImageReferences({ ...page, ...all }));
                return found.flatMap(({ ImageReferences = [] }) => ImageReferences.map(({ Arn = "" }) => Arn));
            }),
        deregisterImage: (id, { snapshots }) =>
            call("ec2:DeregisterImage", async () => {
                const { DeleteSnapshotResults = [] } = await ec2.deregisterImage({
                    ImageId: id,
                    DeleteAssociatedSnapshots: snapshots,
                });
                return Object.fromEntries(
                    DeleteSnapshotResults.map(({ SnapshotId = "", ReturnCode = "" }) => [SnapshotId, ReturnCode]),
                );
            }),
        describe: async (id, text) => {
            const change = { ImageId: id, Description: { Value: text } };
            await call("ec2:ModifyImageAttribute", () => ec2.modifyImageAttribute(change));
        },
        launchPermissions: (id) =>
            call("ec2:DescribeImageAttribute", async () => {
                const attribute = { ImageId: id, Attribute: "launchPermission" as const };
                return permissionsOf((await ec2.describeImageAttribute(attribute)).LaunchPermissions ?? []);
            }),
        changeLaunchPermissions: async (id, add, remove) => {
            const LaunchPermission = {
                ...listed("Add", permissionList(add)),
                ...listed("Remove", permissionList(remove)),
            };
            const change = { ImageId: id, LaunchPermission };
            await call("ec2:ModifyImageAttribute", () => ec2.modifyImageAttribute(change));
        },
        deprecate: async (id, at) => {
            await (at === undefined
                ? call("ec2:DisableImageDeprecation", () => ec2.disableImageDeprecation({ ImageId: id }))
                : call("ec2:EnableImageDeprecation", () =>
                      ec2.enableImageDeprecation({ ImageId: id, DeprecateAt: new Date(at) }),
                  ));
        },
    };
}

function imageFilters({ name, ...query }: ImageQuery): Filter[] {
    return [...(name === undefined ? [] : [{ Name: "name", Values: [name] }]), ...filters(query, "image-id")];
}

function permissionList(permissions: LaunchPermissions): LaunchPermission[] {
    return [
        ...permissions.accounts.map((UserId) => ({ UserId })),
        ...permissions.organizations.map((OrganizationArn) => ({ OrganizationArn })),
        ...permissions.organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
        ...(permissions.public ? [{ Group: "all" as const }] : []),
    ];
}

function listed(
    key: "Add" | "Remove",
    list: LaunchPermission[],
): Partial<Record<"Add" | "Remove", LaunchPermission[]>> {
    return list.length === 0 ? {} : { [key]: list };
}
