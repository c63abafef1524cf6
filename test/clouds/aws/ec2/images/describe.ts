import type { DescribeImagesRequest, DescribeImagesResult, Image as ImageView } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import type { Image } from "../../world/tables.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { IMAGE, notFound, select } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { tagList } from "../tags/tag-set.ts";
import { imageState, mayLaunch } from "./find.ts";
import { isReferenced } from "./references.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export function describeImages(call: Call, input: DescribeImagesRequest): DescribeImagesResult {
    const readable = (image: Image): boolean => mayLaunch(image, call.account);
    const named = input.ImageIds !== undefined && input.ImageIds.length > 0;
    const selected = select(call, IMAGE, call.world.tables.images, input.ImageIds, readable);
    const found = selected
        .filter((image) => isThere(call, image, named))
        .filter((image) => input.Owners === undefined || input.Owners.some((owner) => isOwner(owner, image, call)))
        .filter((image) => isExecutable(image, input.ExecutableUsers, call))
        .filter((image) => named || isListed(image, input, call));
    const { page, NextToken } = paged(filtered(found, input.Filters, fields(call)), input, input.ImageIds);
    return { Images: page.map((image) => view(call, image)), ...(NextToken !== undefined && { NextToken }) };
}

/** Of a deregistered image nothing is left; while instances refer to it, its id is still a known one. */
function isThere(call: Call, image: Image, named: boolean): boolean {
    if (image.deregisteredAt === undefined) {
        return true;
    }
    if (named && !isReferenced(call.world, image.id)) {
        throw notFound(IMAGE, image.id);
    }
    return false;
}

function isOwner(owner: string, { account }: Image, call: Call): boolean {
    return account === (owner === "self" ? call.account : owner);
}

function isExecutable({ sharedWith }: Image, users: readonly string[] | undefined, call: Call): boolean {
    return users === undefined || users.some((user) => sharedWith.includes(user === "self" ? call.account : user));
}

/** Deprecated images are listed for others, and disabled ones for their owner, only where they are asked for. */
function isListed(image: Image, { IncludeDeprecated, IncludeDisabled }: DescribeImagesRequest, call: Call): boolean {
    const deprecated = image.deprecationTime !== undefined && image.deprecationTime <= call.now;
    return (
        (!deprecated || image.account === call.account || IncludeDeprecated === true) &&
        (!image.disabled || IncludeDisabled === true)
    );
}

function view(call: Call, image: Image): ImageView {
    const { deprecationTime, rootDeviceName, sriovNetSupport, bootMode, tpmSupport, imdsSupport, source } = image;
    return {
        ImageId: image.id,
        Name: image.name,
        Description: image.description,
        ImageLocation: `${image.account}/${image.name}`,
        ImageType: "machine",
        State: imageState(image, call.now),
        OwnerId: image.account,
        Public: image.sharedWith.includes("all"),
        CreationDate: new Date(image.createdAt).toISOString(),
        Architecture: image.architecture,
        VirtualizationType: image.virtualizationType,
        Hypervisor: "xen",
        PlatformDetails: "Linux/UNIX",
        UsageOperation: "RunInstances",
        RootDeviceType: "ebs",
        BlockDeviceMappings: [...image.mappings],
        EnaSupport: image.enaSupport,
        DeregistrationProtection: image.protection,
        Tags: tagList(image.tags),
        ...(rootDeviceName !== undefined && { RootDeviceName: rootDeviceName }),
        ...(sriovNetSupport !== undefined && { SriovNetSupport: sriovNetSupport }),
        ...(bootMode !== undefined && { BootMode: bootMode }),
        ...(tpmSupport !== undefined && { TpmSupport: tpmSupport }),
        ...(imdsSupport !== undefined && { ImdsSupport: imdsSupport }),
        ...(deprecationTime !== undefined && { DeprecationTime: new Date(deprecationTime).toISOString() }),
        ...(image.failed === true && {
            StateReason: { Code: "Client.ImageCopyFailed", Message: "The source of the copy is gone" },
        }),
        ...(source !== undefined && { SourceImageId: source.id, SourceImageRegion: source.region }),
    };
}

const ebs = ({ mappings }: Image): NonNullable<Image["mappings"][number]["Ebs"]>[] =>
    mappings.flatMap(({ Ebs }) => (Ebs === undefined ? [] : [Ebs]));

function fields(call: Call): FilterFields<Image> {
    return {
        "image-id": ({ id }) => id,
        name: ({ name }) => name,
        description: ({ description }) => description,
        architecture: ({ architecture }) => architecture,
        "virtualization-type": ({ virtualizationType }) => virtualizationType,
        "owner-id": ({ account }) => account,
        "is-public": ({ sharedWith }) => sharedWith.includes("all"),
        state: (image) => imageState(image, call.now),
        "image-type": () => "machine",
        hypervisor: () => "xen",
        "ena-support": ({ enaSupport }) => enaSupport,
        "sriov-net-support": ({ sriovNetSupport }) => sriovNetSupport,
        "root-device-name": ({ rootDeviceName }) => rootDeviceName,
        "root-device-type": () => "ebs",
        "creation-date": ({ createdAt }) => new Date(createdAt).toISOString(),
        "source-image-id": ({ source }) => source?.id,
        "source-image-region": ({ source }) => source?.region,
        "block-device-mapping.device-name": ({ mappings }) => mappings.map(({ DeviceName }) => DeviceName),
        "block-device-mapping.snapshot-id": (image) => ebs(image).map(({ SnapshotId }) => SnapshotId),
        "block-device-mapping.volume-size": (image) => ebs(image).map(({ VolumeSize }) => String(VolumeSize)),
        "block-device-mapping.volume-type": (image) => ebs(image).map(({ VolumeType }) => VolumeType),
    };
}
