import type { DescribeInstanceTypesRequest, DescribeInstanceTypesResult, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import { filtered } from "../query/filters.ts";
import { paged } from "../query/pages.ts";
import type { InstanceTypeFacts } from "./types.ts";
import { INSTANCE_TYPES, typeFacts } from "./types.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
export function describeInstanceTypes(call: Call, input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
    const names: readonly string[] = input.InstanceTypes ?? Object.keys(INSTANCE_TYPES);
    const { account, region } = call;
    const rows = names.map((id) => ({
        ...{ id, account, region, createdAt: 0, visibleAt: 0, tags: {} },
        facts: typeFacts(id),
    }));
    type Row = (typeof rows)[number];
    const found = filtered(rows, input.Filters, {
        "instance-type": ({ id }: Row) => id,
        "processor-info.supported-architecture": ({ facts }: Row) => facts.architectures,
        hypervisor: ({ facts }: Row) => facts.hypervisor,
        "current-generation": ({ facts }: Row) => facts.currentGeneration,
        "bare-metal": () => false,
        "burstable-performance-supported": ({ facts }: Row) => facts.burstable,
        "ebs-info.nvme-support": ({ facts }: Row) => facts.nvme,
        "network-info.ena-support": ({ facts }: Row) => facts.ena,
        "nitro-tpm-support": ({ facts }: Row) => (facts.nitroTpm ? "supported" : "unsupported"),
        "supported-boot-mode": ({ facts }: Row) => facts.bootModes,
        "vcpu-info.default-vcpus": ({ facts }: Row) => facts.vcpus,
        "memory-info.size-in-mib": ({ facts }: Row) => facts.memoryMib,
    });
    const { page, NextToken } = paged(found, input, input.InstanceTypes);
    return {
        InstanceTypes: page.map(({ id, facts }) => view(id, facts)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

function view(name: string, facts: InstanceTypeFacts): InstanceTypeInfo {
    return {
        InstanceType: name as NonNullable<InstanceTypeInfo["InstanceType"]>,
        CurrentGeneration: facts.currentGeneration,
        BareMetal: false,
        Hypervisor: facts.hypervisor,
        SupportedUsageClasses: ["on-demand", "spot"],
        SupportedRootDeviceTypes: ["ebs"],
        SupportedVirtualizationTypes: ["hvm"],
        SupportedBootModes: [...facts.bootModes],
        BurstablePerformanceSupported: facts.burstable,
        InstanceStorageSupported: false,
        ProcessorInfo: { SupportedArchitectures: [...facts.architectures], Manufacturer: facts.manufacturer },
        VCpuInfo: { DefaultVCpus: facts.vcpus },
        MemoryInfo: { SizeInMiB: facts.memoryMib },
        EbsInfo: { NvmeSupport: facts.nvme, EncryptionSupport: "supported" },
        NetworkInfo: { EnaSupport: facts.ena },
        NitroTpmSupport: facts.nitroTpm ? "supported" : "unsupported",
    };
}
