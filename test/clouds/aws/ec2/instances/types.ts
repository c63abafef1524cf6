import type { ArchitectureType, BootModeType } from "@aws-sdk/client-ec2";
import { notEmulated } from "../../protocol/failure.ts";

/** A type of instance, as far as images and launches depend on it. */
export interface InstanceTypeFacts {
    readonly vcpus: number;
    readonly memoryMib: number;
    readonly hypervisor: "nitro" | "xen";
    readonly manufacturer: "AMD" | "AWS" | "Intel";
    readonly architectures: readonly ArchitectureType[];
    readonly bootModes: readonly BootModeType[];
    readonly ena: "required" | "supported" | "unsupported";
    readonly nvme: "required" | "supported" | "unsupported";
    readonly nitroTpm: boolean;
    readonly currentGeneration: boolean;
    readonly burstable: boolean;
}

type Family = Omit<InstanceTypeFacts, "vcpus" | "memoryMib" | "burstable">;
type Sizes = Readonly<Record<string, readonly [vcpus: number, memoryMib: number]>>;

const NITRO: Family = {
    hypervisor: "nitro",
    manufacturer: "Intel",
    architectures: ["x86_64"],
    bootModes: ["legacy-bios", "uefi"],
    ena: "required",
    nvme: "required",
    nitroTpm: true,
    currentGeneration: true,
};
const NITRO_AMD: Family = { ...NITRO, manufacturer: "AMD" };
const GRAVITON: Family = {
    ...NITRO,
    manufacturer: "AWS",
    architectures: ["arm64"],
    bootModes: ["uefi"],
    nitroTpm: false,
};
const XEN: Family = {
    ...NITRO,
    hypervisor: "xen",
    bootModes: ["legacy-bios"],
    ena: "unsupported",
    nvme: "unsupported",
    nitroTpm: false,
};

const burstable = (nano: number): Sizes => ({
    nano: [nano, 512],
    micro: [nano, 1_024],
    small: [nano, 2_048],
    medium: [2, 4_096],
    large: [2, 8_192],
    xlarge: [4, 16_384],
    "2xlarge": [8, 32_768],
});

/** @param perCpu GiB for each vCPU: 2 for C, 4 for M, 8 for R */
function sizes(perCpu: number, vcpus: Readonly<Record<string, number>>): Sizes {
    return Object.fromEntries(Object.entries(vcpus).map(([size, count]) => [size, [count, count * perCpu * 1_024]]));
}
const UP_TO_4XLARGE = { large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16 };
const UP_TO_16XLARGE = { ...UP_TO_4XLARGE, "8xlarge": 32, "12xlarge": 48, "16xlarge": 64 };
const FROM_MEDIUM = { medium: 1, ...UP_TO_16XLARGE };

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/ and its pages by family. */
const FAMILIES: Readonly<Record<string, readonly [Family, Sizes]>> = {
    t2: [{ ...XEN, architectures: ["i386", "x86_64"] }, burstable(1)],
    t3: [NITRO, burstable(2)],
    t3a: [NITRO_AMD, burstable(2)],
    t4g: [GRAVITON, burstable(2)],
    m4: [XEN, sizes(4, { ...UP_TO_4XLARGE, "10xlarge": 40 })],
    m5: [NITRO, sizes(4, UP_TO_16XLARGE)],
    m5a: [NITRO_AMD, sizes(4, UP_TO_16XLARGE)],
    m6i: [NITRO, sizes(4, UP_TO_16XLARGE)],
    m6a: [NITRO_AMD, sizes(4, UP_TO_16XLARGE)],
    m7i: [NITRO, sizes(4, UP_TO_16XLARGE)],
    m6g: [GRAVITON, sizes(4, FROM_MEDIUM)],
    m7g: [GRAVITON, sizes(4, FROM_MEDIUM)],
    m8g: [GRAVITON, sizes(4, FROM_MEDIUM)],
    c5: [NITRO, sizes(2, { ...UP_TO_4XLARGE, "9xlarge": 36, "12xlarge": 48, "18xlarge": 72 })],
    c6i: [NITRO, sizes(2, UP_TO_16XLARGE)],
    c6a: [NITRO_AMD, sizes(2, UP_TO_16XLARGE)],
    c7i: [NITRO, sizes(2, UP_TO_16XLARGE)],
    c6g: [GRAVITON, sizes(2, FROM_MEDIUM)],
    c7g: [GRAVITON, sizes(2, FROM_MEDIUM)],
    r4: [
        { ...XEN, ena: "supported" },
        { large: [2, 15_616], xlarge: [4, 31_232], "2xlarge": [8, 62_464] },
    ],
    r5: [NITRO, sizes(8, UP_TO_16XLARGE)],
    r6i: [NITRO, sizes(8, UP_TO_16XLARGE)],
    r6g: [GRAVITON, sizes(8, FROM_MEDIUM)],
    r7g: [GRAVITON, sizes(8, FROM_MEDIUM)],
};

export const INSTANCE_TYPES: Readonly<Record<string, InstanceTypeFacts>> = {
    ...Object.fromEntries(
        Object.entries(FAMILIES).flatMap(([family, [facts, sizesOf]]) =>
            Object.entries(sizesOf).map(([size, [vcpus, memoryMib]]) => [
                `${family}.${size}`,
                { ...facts, vcpus, memoryMib, burstable: family.startsWith("t") },
            ]),
        ),
    ),
    // The one size of its family with ENA.
    "m4.16xlarge": { ...XEN, ena: "supported", vcpus: 64, memoryMib: 262_144, burstable: false },
};

/** @throws Failure for a type that AWS has, as its model says, and the table above has not */
export function typeFacts(name: string): InstanceTypeFacts {
    const facts = Object.hasOwn(INSTANCE_TYPES, name) ? INSTANCE_TYPES[name] : undefined;
    if (facts === undefined) {
        throw notEmulated(`the instance type ${name}`);
    }
    return facts;
}
