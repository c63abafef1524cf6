import * as pulumi from "@pulumi/pulumi";
import { LinuxKitError } from "../assembly/error";

/** What the stack's configuration of @pulumi/aws says of how to reach AWS. */
export interface ConfiguredConnection {
    readonly region?: string;
    readonly defaultTags?: unknown;
    readonly connection: pulumi.Inputs;
}

type Role = Readonly<Record<string, unknown>>;

const secrets = ["accessKey", "secretKey", "token"];

/**
 * @throws LinuxKitError `aws-credentials-configured` when it holds credentials: what a resource is given stands in state;
 * `aws-role-configured` when a role has what would be left out
 */
export function configuredConnection(): ConfiguredConnection {
    const config = new pulumi.Config("aws");
    const given = secrets.find((key) => config.get(key) !== undefined);
    if (given !== undefined) {
        throw new LinuxKitError(
            "aws-credentials-configured",
            `aws:${given} in the stack's configuration is not for linuxkit.aws, which would have to keep it in state: use aws:profile, aws:assumeRole or the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID)`,
            { key: `aws:${given}` },
        );
    }
    const region = config.get("region");
    const profile = config.get("profile");
    const roles = config.getObject<Role[]>("assumeRoles") ?? [config.getObject<Role>("assumeRole") ?? {}];
    const assumeRoles = roles.filter((role) => Object.keys(role).length > 0).map(roleOf);
    const endpoints = endpointsOf(config.getObject<unknown>("endpoints"));
    const defaultTags = config.getObject<{ tags?: unknown }>("defaultTags")?.tags;
    return {
        ...(region === undefined ? {} : { region }),
        ...(defaultTags === undefined ? {} : { defaultTags }),
        connection: {
            ...(profile === undefined ? {} : { profile }),
            ...(assumeRoles.length === 0 ? {} : { assumeRoles }),
            ...(Object.keys(endpoints).length === 0 ? {} : { endpoints }),
        },
    };
}

const ofRole = ["roleArn", "sessionName", "externalId", "duration"];

/** A policy that is left out would give more rights than its writer meant. */
function roleOf(role: Role): pulumi.Inputs {
    const stranger = Object.keys(role).find((key) => !ofRole.includes(key));
    const seconds = role["duration"] === undefined ? undefined : secondsOf(role["duration"]);
    if (stranger !== undefined || typeof role["roleArn"] !== "string" || Number.isNaN(seconds)) {
        const found = stranger ?? (Number.isNaN(seconds) ? "duration" : "roleArn");
        throw new LinuxKitError(
            "aws-role-configured",
            `aws:assumeRole: ${found} is not what linuxkit.aws takes, which is ${ofRole.join(", ")} ("1h30m"): leave it out, or use a profile of the AWS configuration files with that role`,
            { key: found },
        );
    }
    const { duration: _, ...rest } = role;
    return { ...rest, ...(seconds === undefined ? {} : { durationSeconds: seconds }) };
}

/** Of Go's form, which @pulumi/aws takes: "1h30m". NaN where it is none. */
function secondsOf(duration: unknown): number {
    const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(typeof duration === "string" ? duration : "?");
    const [hours = 0, minutes = 0, seconds = 0] = (match ?? [])
        .slice(1)
        .map((part: string | undefined) => Number(part ?? 0));
    return match === null || match[0] === "" ? NaN : hours * 3600 + minutes * 60 + seconds;
}

/** A list of objects, as @pulumi/aws has it, or one object. */
function endpointsOf(given: unknown): pulumi.Inputs {
    const all = Object.assign({}, ...[given ?? {}].flat()) as Readonly<Record<string, unknown>>;
    const known = ["ec2", "ebs", "s3", "sts"].filter((key) => typeof all[key] === "string");
    return Object.fromEntries(known.map((key) => [key, all[key]]));
}
