import { unknownValue } from "../../../sdk/assembly/inputs";
import { apply, failure, holdsUnknown, type Rule, show } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { nameOf } from "../../lifecycle/identity";
import { userDataFailures } from "../../lifecycle/user-data";
import { given, type Known, sharedDefaults, sharedFailures } from "../resource/check";
import * as shared from "../resource/rules";
import type { InstanceEnvironment } from "./environment";
import { fitFailures } from "./fit-failures";
import * as rules from "./rules";
import { defaultTimeouts } from "./settings";
import { volumeFailures, volumesFrom } from "./volumes";

const values: Readonly<Record<string, Rule>> = {
    ami: rules.ami,
    instanceType: rules.instanceType,
    subnetId: rules.subnet,
    associatePublicIpAddress: shared.flag,
    keyName: rules.name("key pair"),
    iamInstanceProfile: rules.profile,
    availabilityZone: rules.zone,
    tenancy: shared.oneOf("default", "dedicated", "host"),
    placementGroup: rules.name("placement group"),
    spot: rules.spot,
    disableApiTermination: shared.flag,
    readiness: rules.readiness,
};
const required = ["ami", "instanceType"];

const known: Known = {
    given: [...Object.keys(values), "vpcSecurityGroupIds", "userData", "volumes"],
    filledIn: ["image", "declared", "status", "httpTokens", "privateIp", "publicIp", "privateDns", "publicDns"],
    timeouts: defaultTimeouts,
};

/** Every problem at once; the inputs with their defaults, the region and the status that `up` makes. */
export async function check(
    environment: InstanceEnvironment,
    _: Properties,
    all: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = given(all);
    const { declared: __, ...own } = news;
    const inputs: Properties = { ...own, ...(await defaults(environment, news)) };
    const failures = [
        ...sharedFailures(news, inputs["region"], known),
        ...required.filter((key) => news[key] === undefined).map((key) => failure(key, "is missing")),
        ...Object.entries(values).flatMap(([key, rule]) => apply(key, news[key], rule)),
        ...groupFailures(news["vpcSecurityGroupIds"]),
        ...userDataFailures(news["userData"]),
        ...volumeFailures(environment, news, inputs["volumes"]),
        ...ruleFailures(inputs),
    ];
    return { inputs, failures: failures.length > 0 ? failures : await fitFailures(environment, inputs) };
}

async function defaults(environment: InstanceEnvironment, news: Properties): Promise<Properties> {
    const groups = news["vpcSecurityGroupIds"];
    const isList = Array.isArray(groups);
    return {
        ...(await sharedDefaults(environment, news, nameOf((news["identity"] ?? { urn: "" }) as Identity))),
        disableApiTermination: news["disableApiTermination"] ?? false,
        volumes: volumesFrom(news["volumes"]),
        ...(isList ? { vpcSecurityGroupIds: [...new Set(groups as readonly string[])].toSorted(byText) } : {}),
        ...(news["spot"] === false ? { spot: undefined } : {}),
        httpTokens: "required",
        status: "running",
    };
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1);

function groupFailures(value: unknown): CheckFailure[] {
    if (value === undefined || value === unknownValue) {
        return [];
    }
    if (!Array.isArray(value)) {
        return [failure("vpcSecurityGroupIds", `${show(value)} is not a list of ids of security groups`)];
    }
    const none = "is an empty list: leave it out for the VPC's own security group";
    return value.length === 0
        ? [failure("vpcSecurityGroupIds", none)]
        : value.flatMap((id, index) => apply(`vpcSecurityGroupIds[${index}]`, id, rules.group));
}

/** What two arguments say together. */
function ruleFailures(inputs: Properties): CheckFailure[] {
    const { spot, disableApiTermination, tenancy, region, availabilityZone: zone } = inputs;
    const isSpot = spot !== undefined && !holdsUnknown(spot);
    const isElsewhere = typeof zone === "string" && typeof region === "string" && !zone.startsWith(region);
    const rows: readonly (readonly [string, boolean, string])[] = [
        [
            "disableApiTermination",
            isSpot && disableApiTermination === true,
            "AWS cannot protect a spot instance: leave one of disableApiTermination and spot out",
        ],
        ["tenancy", isSpot && tenancy === "host", "AWS has no spot instances on dedicated hosts: leave one out"],
        [
            "availabilityZone",
            isElsewhere && zone !== unknownValue && region !== unknownValue,
            `${show(zone)} is not in ${show(region)}`,
        ],
    ];
    return rows.flatMap(([property, isWrong, reason]) => (isWrong ? [failure(property, reason)] : []));
}
