import { LinuxKitError } from "../../../sdk/assembly/error";
import { awsCode } from "../client/errors";
import type { InstanceSettings } from "./settings";

/** AWS answers these with a status that says nothing of whether anything was made. */
const capacity = /^(Insufficient\w*Capacity\w*|SpotMaxPriceTooLow|ReservationCapacityExceeded)$/;
const quota =
    /^(InstanceLimitExceeded|VcpuLimitExceeded|MaxSpotInstanceCountExceeded|InsufficientFreeAddressesInSubnet)$/;

/** Whether AWS said that it has made no instance. */
export const isWithoutEffect = (error: unknown): boolean => capacity.test(awsCode(error));

export const isUnknownProfile = (error: unknown): boolean =>
    awsCode(error) === "InvalidParameterValue" && /iam instance profile/i.test((error as Error).message);

type Argument = readonly [
    property: string,
    value: (settings: InstanceSettings) => unknown,
    code: RegExp,
    message?: RegExp,
];

/** Which argument AWS means. */
const causes: readonly Argument[] = [
    ["ami", ({ ami }) => ami, /^InvalidAMIID\.(NotFound|Unavailable|Malformed)$/],
    ["subnetId", ({ subnet }) => subnet, /^InvalidSubnet(ID)?\.\w+$/],
    [
        "vpcSecurityGroupIds",
        ({ groups }) => groups?.join(", "),
        /^(InvalidGroup\w*(\.\w+)?|InvalidSecurityGroupID\.\w+)$/,
    ],
    ["keyName", ({ keyName }) => keyName, /^InvalidKeyPair\.\w+$/],
    ["placementGroup", ({ placementGroup }) => placementGroup, /^InvalidPlacementGroup\.\w+$/],
    ["iamInstanceProfile", ({ profile }) => profile, /^InvalidParameterValue$|^InvalidIamInstanceProfile/, /profile/i],
    ["availabilityZone", ({ zone }) => zone, /^InvalidParameterValue$|^InvalidAvailabilityZone/, /availability ?zone/i],
    ["userData", () => undefined, /^InvalidUserData\.\w+$/],
    ["instanceType", ({ type }) => type, /^(InvalidInstanceType|Unsupported(Operation)?|InvalidParameterCombination)$/],
];

/** An error of RunInstances, StartInstances or ModifyInstanceAttribute with the argument that it is about, and what to do; others as they are. */
export function explainedLaunch(error: unknown, settings: InstanceSettings): unknown {
    const code = awsCode(error);
    const { message = "" } = (error ?? {}) as { readonly message?: string };
    const { type, region, spot } = settings;
    if (capacity.test(code)) {
        const way = spot === undefined ? "" : ", raise spot.maxPrice or leave spot out";
        return new LinuxKitError(
            "instance-capacity",
            `instanceType: AWS has no room for ${type} in ${settings.zone ?? settings.subnet ?? region} just now: run the command again later, take another type, or another zone (availabilityZone, subnetId)${way} (${message})`,
            { code, instanceType: type },
            { cause: error },
        );
    }
    if (quota.test(code)) {
        return new LinuxKitError(
            "instance-quota",
            `instanceType: a quota of the account is used up in ${region}: terminate instances that are not needed, have the quota raised, or take a smaller type than ${type} (${message})`,
            { code, instanceType: type },
            { cause: error },
        );
    }
    const found = causes.find(([, , codes, words]) => codes.test(code) && (words?.test(message) ?? true));
    if (found === undefined) {
        return error;
    }
    const [property, valueOf] = found;
    const value = valueOf(settings);
    return new LinuxKitError(
        "instance-argument",
        `${property}${value === undefined ? "" : ` ${JSON.stringify(value)}`} is not one that AWS takes for this instance in ${region}: ${message}`,
        { code, property, value },
        { cause: error },
    );
}
