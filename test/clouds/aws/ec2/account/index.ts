import type { DescribeRegionsRequest, DescribeRegionsResult } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call, Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import { encryptionByDefault, regionSettings } from "../../world/encryption.ts";

/** Regions that need no opt-in: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const REGIONS = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
function describeRegions(_call: Call, { RegionNames }: DescribeRegionsRequest): DescribeRegionsResult {
    const unknown = RegionNames?.find((name) => !REGIONS.includes(name));
    if (unknown !== undefined) {
        throw new Failure("InvalidParameterValue", `Invalid region names: [${unknown}]`);
    }
    return {
        Regions: (RegionNames ?? REGIONS).map((RegionName) => ({
            RegionName,
            Endpoint: `ec2.${RegionName}.amazonaws.com`,
            OptInStatus: "opt-in-not-required",
        })),
    };
}

const answer = (call: Call): { EbsEncryptionByDefault: boolean } => ({
    EbsEncryptionByDefault: encryptionByDefault(call),
});

function setEncryption(call: Call, on: boolean): { EbsEncryptionByDefault: boolean } {
    regionSettings(call).encryptionByDefault = on;
    return answer(call);
}

export const accountOperations: Operations = {
    DescribeRegions: reads(describeRegions, ["RegionNames", "AllRegions"]),
    GetEbsEncryptionByDefault: reads((call: Call, _input: object) => answer(call), []),
    EnableEbsEncryptionByDefault: changes((call: Call, _input: object) => setEncryption(call, true), []),
    DisableEbsEncryptionByDefault: changes((call: Call, _input: object) => setEncryption(call, false), []),
};
