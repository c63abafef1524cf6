import type * as ec2 from "@aws-sdk/client-ec2";
import type { Instance, LaunchImage, TypeFacts } from "../instance/calls";
import { tagsOf } from "./requests";

export function instance(given: ec2.Instance): Instance {
    const { StateReason, StateTransitionReason, PrivateIpAddress, PublicIpAddress } = given;
    const reason = StateReason?.Message ?? StateTransitionReason ?? "";
    return {
        id: given.InstanceId ?? "",
        state: given.State?.Name ?? "",
        ...(reason === "" ? {} : { reason }),
        type: given.InstanceType ?? "",
        launched: given.LaunchTime?.getTime() ?? 0,
        zone: given.Placement?.AvailabilityZone ?? "",
        groups: (given.SecurityGroups ?? []).map(({ GroupId = "" }) => GroupId).toSorted(),
        ...(PrivateIpAddress === undefined ? {} : { privateIp: PrivateIpAddress }),
        ...(PublicIpAddress === undefined ? {} : { publicIp: PublicIpAddress }),
        ...named("privateDns", given.PrivateDnsName),
        ...named("publicDns", given.PublicDnsName),
        requiresTokens: given.MetadataOptions?.HttpTokens === "required",
        volumes: (given.BlockDeviceMappings ?? []).map(({ DeviceName = "", Ebs }) => ({
            id: Ebs?.VolumeId ?? "",
            device: DeviceName,
        })),
        tags: tagsOf(given.Tags),
    };
}

/** AWS has an empty name where there is none. */
function named<K extends string>(key: K, name: string | undefined): { readonly [Key in K]?: string } {
    return name === undefined || name === "" ? {} : ({ [key]: name } as { readonly [Key in K]: string });
}

export function launchImage(given: ec2.Image): LaunchImage {
    const { BootMode, BlockDeviceMappings = [] } = given;
    return {
        id: given.ImageId ?? "",
        state: given.State ?? "",
        architecture: given.Architecture ?? "",
        ...(BootMode === undefined ? {} : { bootMode: BootMode }),
        hasEna: given.EnaSupport === true,
        staying: BlockDeviceMappings.flatMap(({ DeviceName = "", Ebs }) =>
            Ebs?.DeleteOnTermination === false ? [DeviceName] : [],
        ),
    };
}

export function typeFacts(given: ec2.InstanceTypeInfo): TypeFacts {
    const { Hypervisor, ProcessorInfo, SupportedBootModes = [], NetworkInfo } = given;
    return {
        hypervisor: Hypervisor === "xen" ? "xen" : "nitro",
        architectures: ProcessorInfo?.SupportedArchitectures ?? [],
        bootModes: SupportedBootModes,
        ena: NetworkInfo?.EnaSupport ?? "unsupported",
    };
}
