import type { RegisterImageRequest, RegisterImageResult, VirtualizationType } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource } from "../../world/call.ts";
import type { Image } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { tagsFor } from "../tags/tag-set.ts";
import { readMappings } from "./mappings.ts";
import { checkName } from "./name.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html, its defaults included. */
export function registerImage(call: Call, input: RegisterImageRequest): RegisterImageResult {
    const { images } = call.world.tables;
    checkName(call, input.Name!);
    const image = imageOf(call, input);
    checkCombination(image);
    checkRoot(image);
    checkQuota(call);
    images.set(image.id, image);
    return { ImageId: image.id };
}

function imageOf(call: Call, input: RegisterImageRequest): Image {
    return {
        ...newResource(call, newId("ami"), tagsFor(input.TagSpecifications, "image")),
        name: input.Name!,
        description: input.Description ?? "",
        architecture: input.Architecture ?? "i386",
        virtualizationType: virtualizationType(input.VirtualizationType ?? "paravirtual"),
        rootDeviceName: input.RootDeviceName,
        mappings: readMappings(call, input.BlockDeviceMappings ?? []),
        enaSupport: input.EnaSupport ?? false,
        sriovNetSupport: input.SriovNetSupport,
        bootMode: input.BootMode,
        tpmSupport: input.TpmSupport,
        imdsSupport: input.ImdsSupport,
        availableAt: call.now + call.world.settings.imageRegistrationMs,
        sharedWith: [],
        disabled: false,
        protection: "disabled",
    };
}

/** A plain string in the model. */
function virtualizationType(text: string): VirtualizationType {
    if (text !== "hvm" && text !== "paravirtual") {
        throw invalid(`Value (${text}) for parameter virtualizationType is invalid.`);
    }
    return text;
}

function checkCombination(image: Image): void {
    const { architecture, bootMode, tpmSupport, sriovNetSupport, enaSupport } = image;
    if (sriovNetSupport !== undefined && sriovNetSupport !== "simple") {
        throw invalid(`Value (${sriovNetSupport}) for parameter sriovNetSupport is invalid.`);
    }
    if (architecture === "arm64" && bootMode !== undefined && bootMode !== "uefi") {
        throw invalid(`The boot mode ${bootMode} is not supported with the architecture arm64.`);
    }
    if (tpmSupport !== undefined && bootMode !== "uefi") {
        throw combination("TPM support needs the boot mode uefi.");
    }
    const paravirtual = image.virtualizationType === "paravirtual";
    if (paravirtual && (architecture === "arm64" || bootMode !== undefined || enaSupport || sriovNetSupport)) {
        throw combination(
            "An image with the virtualization type paravirtual has neither arm64, boot mode, ENA nor SR-IOV.",
        );
    }
}

function checkRoot({ rootDeviceName, mappings }: Image): void {
    const root = mappings.find(({ DeviceName }) => DeviceName === rootDeviceName);
    if (rootDeviceName === undefined) {
        throw new Failure("MissingParameter", "The request must contain the parameter rootDeviceName");
    }
    if (root?.Ebs?.SnapshotId === undefined) {
        const message = `The root device ${rootDeviceName} has no block device mapping with a snapshot`;
        throw new Failure("InvalidBlockDeviceMapping", message);
    }
}

function checkQuota({ world, account, region }: Call): void {
    const count = [...world.tables.images.values()].filter(
        (image) => image.account === account && image.region === region && image.deregisteredAt === undefined,
    ).length;
    if (count >= world.settings.images) {
        throw new Failure("AMIQuotaExceeded", `The account has ${count} AMIs in this region already.`);
    }
}

const invalid = (message: string): Failure => new Failure("InvalidParameterValue", message);
const combination = (message: string): Failure => new Failure("InvalidParameterCombination", message);
