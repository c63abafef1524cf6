import type {
    DescribeImageAttributeRequest,
    ImageAttribute,
    LaunchPermission,
    ModifyImageAttributeRequest,
} from "@aws-sdk/client-ec2";
import { Failure, notEmulated } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { Image } from "../../world/tables.ts";
import { shared } from "../query/sharing.ts";
import { ownImage } from "./find.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html: one attribute a call. */
export function modifyImageAttribute(call: Call, input: ModifyImageAttributeRequest): object {
    const image = ownImage(call, input.ImageId!);
    const permissions = permissionChanges(input);
    const kinds = [permissions, input.Description, input.ImdsSupport ?? imdsValue(input), descriptionValue(input)];
    if (kinds.filter((kind) => kind !== undefined).length !== 1) {
        throw new Failure("InvalidParameterCombination", "Exactly one attribute is modified by a call");
    }
    if (permissions !== undefined) {
        share(image, permissions);
    } else if (input.ImdsSupport !== undefined || imdsValue(input) !== undefined) {
        setImds(image, input.ImdsSupport?.Value ?? imdsValue(input)!);
    } else {
        image.description = input.Description?.Value ?? descriptionValue(input) ?? "";
    }
    return {};
}

const imdsValue = ({ Attribute, Value }: ModifyImageAttributeRequest): string | undefined =>
    Attribute === "imdsSupport" ? Value : undefined;

const descriptionValue = ({ Attribute, Value }: ModifyImageAttributeRequest): string | undefined =>
    Attribute === "description" ? Value : undefined;

interface Changes {
    readonly Add?: readonly LaunchPermission[] | undefined;
    readonly Remove?: readonly LaunchPermission[] | undefined;
}

function permissionChanges(input: ModifyImageAttributeRequest): Changes | undefined {
    const plain = [
        ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
        ...(input.UserGroups ?? []).map((group) => ({ Group: group as "all" })),
    ];
    if (plain.length > 0) {
        return input.OperationType === "remove" ? { Remove: plain } : { Add: plain };
    }
    return input.LaunchPermission;
}

function share(image: Image, permissions: Changes): void {
    const all = [...(permissions.Add ?? []), ...(permissions.Remove ?? [])];
    if (all.some(({ OrganizationArn, OrganizationalUnitArn }) => OrganizationArn ?? OrganizationalUnitArn)) {
        throw notEmulated("launch permissions of organizations");
    }
    const after = shared(image.sharedWith, permissions);
    if (after.includes("all") && image.mappings.some(({ Ebs }) => Ebs?.Encrypted === true)) {
        throw new Failure("InvalidParameter", "An image with encrypted snapshots cannot be made public");
    }
    image.sharedWith = after;
}

function setImds(image: Image, value: string): void {
    if (value !== "v2.0") {
        throw new Failure("InvalidParameterValue", `Value (${value}) for parameter imdsSupport is invalid.`);
    }
    image.imdsSupport = "v2.0";
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html */
export function describeImageAttribute(call: Call, input: DescribeImageAttributeRequest): ImageAttribute {
    const image = ownImage(call, input.ImageId!);
    const ImageId = image.id;
    switch (input.Attribute) {
        case "launchPermission": {
            const LaunchPermissions = image.sharedWith.map((who): LaunchPermission =>
                who === "all" ? { Group: "all" } : { UserId: who },
            );
            return { ImageId, LaunchPermissions };
        }
        case "description":
            return { ImageId, Description: { Value: image.description } };
        case "bootMode":
            return { ImageId, BootMode: image.bootMode === undefined ? {} : { Value: image.bootMode } };
        case "imdsSupport":
            return { ImageId, ImdsSupport: image.imdsSupport === undefined ? {} : { Value: image.imdsSupport } };
        default:
            throw notEmulated(`the image attribute ${input.Attribute}`);
    }
}
