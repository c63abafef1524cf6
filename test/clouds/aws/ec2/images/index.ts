import type { Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { describeImageAttribute, modifyImageAttribute } from "./attributes.ts";
import { copyImage } from "./copy.ts";
import { deregisterImage } from "./deregister.ts";
import { describeImages } from "./describe.ts";
import { imageState } from "./find.ts";
import {
    disableImage,
    disableImageDeprecation,
    enableImage,
    enableImageDeprecation,
    protect,
    unprotect,
} from "./life.ts";
import { describeImageReferences } from "./references.ts";
import { registerImage } from "./register.ts";

export const imageOperations: Operations = {
    RegisterImage: changes(registerImage, [
        "Name",
        "Description",
        "Architecture",
        "RootDeviceName",
        "BlockDeviceMappings",
        "VirtualizationType",
        "SriovNetSupport",
        "EnaSupport",
        "BootMode",
        "TpmSupport",
        "ImdsSupport",
        "TagSpecifications",
    ]),
    DescribeImages: reads(describeImages, [
        "ImageIds",
        "Owners",
        "ExecutableUsers",
        "IncludeDeprecated",
        "IncludeDisabled",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
    DeregisterImage: changes(deregisterImage, ["ImageId", "DeleteAssociatedSnapshots"]),
    CopyImage: changes(copyImage, [
        "Name",
        "Description",
        "SourceImageId",
        "SourceRegion",
        "ClientToken",
        "CopyImageTags",
        "TagSpecifications",
        "Encrypted",
        "KmsKeyId",
    ]),
    ModifyImageAttribute: changes(modifyImageAttribute, [
        "ImageId",
        "Attribute",
        "Value",
        "Description",
        "ImdsSupport",
        "LaunchPermission",
        "OperationType",
        "UserIds",
        "UserGroups",
    ]),
    DescribeImageAttribute: reads(describeImageAttribute, ["ImageId", "Attribute"]),
    DescribeImageReferences: reads(describeImageReferences, [
        "ImageIds",
        "IncludeAllResourceTypes",
        "ResourceTypes",
        "MaxResults",
        "NextToken",
    ]),
    EnableImageDeprecation: changes(enableImageDeprecation, ["ImageId", "DeprecateAt"]),
    DisableImageDeprecation: changes(disableImageDeprecation, ["ImageId"]),
    EnableImage: changes(enableImage, ["ImageId"]),
    DisableImage: changes(disableImage, ["ImageId"]),
    EnableImageDeregistrationProtection: changes(protect, ["ImageId", "WithCooldown"]),
    DisableImageDeregistrationProtection: changes(unprotect, ["ImageId"]),
};

export function existingImages(world: World, now: number): [string, Resource, string][] {
    return [...world.tables.images.values()]
        .filter(({ deregisteredAt }) => deregisteredAt === undefined)
        .map((image) => ["image", image, imageState(image, now)]);
}
