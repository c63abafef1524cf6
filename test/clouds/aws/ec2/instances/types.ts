import type { ArchitectureType, BootModeType } from "@aws-sdk/client-ec2";
import { notEmulated } from "../../protocol/failure.ts";

/** A type of instance, as far as images and launches depend on it. */
export interface InstanceTypeFacts {
    readonly vcpus: number;
    readonly memoryMib: number;
    readonly hypervisor: "nitro" | "xen";
    readonly architectures: readonly ArchitectureType[];
    readonly bootModes: readonly BootModeType[];
    readonly ena: "required" | "supported" | "unsupported";
    readonly nvme: "required" | "supported" | "unsupported";
    readonly nitroTpm: boolean;
    readonly currentGeneration: boolean;
}

const nitroX86 = (vcpus: number, memoryMib: number): InstanceTypeFacts => ({
    vcpus,
    memoryMib,
    hypervisor: "nitro",
    architectures: ["x86_64"],
    bootModes: ["legacy-bios", "uefi"],
    ena: "required",
    nvme: "required",
    nitroTpm: true,
    currentGeneration: true,
});
const graviton = (vcpus: number, memoryMib: number): InstanceTypeFacts => ({
    ...nitroX86(vcpus, memoryMib),
    architectures: ["arm64"],
    bootModes: ["uefi"],
    nitroTpm: false,
});
const xen = (vcpus: number, memoryMib: number): InstanceTypeFacts => ({
    ...nitroX86(vcpus, memoryMib),
    hypervisor: "xen",
    bootModes: ["legacy-bios"],
    ena: "unsupported",
    nvme: "unsupported",
    nitroTpm: false,
});

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/ and its pages by family. */
export const INSTANCE_TYPES: Readonly<Record<string, InstanceTypeFacts>> = {
    "t2.nano": { ...xen(1, 512), architectures: ["i386", "x86_64"] },
    "t2.micro": { ...xen(1, 1_024), architectures: ["i386", "x86_64"] },
    "t2.small": { ...xen(1, 2_048), architectures: ["i386", "x86_64"] },
    "m4.large": xen(2, 8_192),
    "t3.nano": nitroX86(2, 512),
    "t3.micro": nitroX86(2, 1_024),
    "t3.small": nitroX86(2, 2_048),
    "t3.medium": nitroX86(2, 4_096),
    "c5.large": nitroX86(2, 4_096),
    "m5.large": nitroX86(2, 8_192),
    "m6i.large": nitroX86(2, 8_192),
    "t4g.nano": graviton(2, 512),
    "t4g.micro": graviton(2, 1_024),
    "t4g.small": graviton(2, 2_048),
    "m6g.medium": graviton(1, 4_096),
    "c7g.medium": graviton(1, 2_048),
};

/** @throws Failure for a type that AWS has, as its model says, and the table above has not */
export function typeFacts(name: string): InstanceTypeFacts {
    const facts = Object.hasOwn(INSTANCE_TYPES, name) ? INSTANCE_TYPES[name] : undefined;
    if (facts === undefined) {
        throw notEmulated(`the instance type ${name}`);
    }
    return facts;
}
