import type { VolumeType } from "@aws-sdk/client-ec2";
import { Failure } from "../protocol/failure.ts";

interface Limits {
    readonly iops?: readonly [least: number, most: number];
    readonly iopsDefault?: number;
    readonly iopsRequired?: boolean;
    readonly throughput?: readonly [least: number, most: number];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html */
const TYPES: Partial<Record<VolumeType, Limits>> = {
    gp2: {},
    gp3: { iops: [3_000, 80_000], iopsDefault: 3_000, throughput: [125, 2_000] },
    io1: { iops: [100, 64_000], iopsRequired: true },
    io2: { iops: [100, 256_000], iopsRequired: true },
    st1: {},
    sc1: {},
    standard: {},
};

export interface VolumeKind {
    readonly VolumeType?: VolumeType | undefined;
    readonly Iops?: number | undefined;
    readonly Throughput?: number | undefined;
}

/**
 * Type, IOPS and throughput, with AWS's defaults: gp2 where nothing is said.
 * @throws Failure where they do not go together
 */
export function checkVolumeType({ VolumeType: type = "gp2", Iops, Throughput }: VolumeKind): {
    VolumeType: VolumeType;
    Iops?: number;
    Throughput?: number;
} {
    const { iops, iopsDefault, iopsRequired, throughput } = TYPES[type] ?? {};
    check("iops", Iops, iops, type);
    check("throughput", Throughput, throughput, type);
    if (iopsRequired === true && Iops === undefined) {
        throw new Failure("MissingParameter", `The parameter iops must be specified for ${type} volumes.`);
    }
    const operations = Iops ?? iopsDefault;
    const megabytes = Throughput ?? throughput?.[0];
    return {
        VolumeType: type,
        ...(operations !== undefined && { Iops: operations }),
        ...(megabytes !== undefined && { Throughput: megabytes }),
    };
}

function check(name: string, value: number | undefined, limits: Limits["iops"], type: string): void {
    if (value === undefined) {
        return;
    }
    if (limits === undefined) {
        throw new Failure("InvalidParameterCombination", `The parameter ${name} is not supported for ${type} volumes.`);
    }
    if (value < limits[0] || value > limits[1]) {
        const range = `${limits[0]} to ${limits[1]}`;
        throw new Failure("InvalidParameterValue", `Volume ${name} of ${value} is not from ${range} for ${type}`);
    }
}
