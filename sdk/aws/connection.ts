import * as pulumi from "@pulumi/pulumi";
import { LinuxKitError } from "../assembly/error";

/** What the stack's configuration of @pulumi/aws says of how to reach AWS. */
export interface ConfiguredConnection {
    readonly region?: string;
    readonly defaultTags?: unknown;
    readonly connection: pulumi.Inputs;
}

interface Role {
    readonly roleArn?: string;
    readonly sessionName?: string;
    readonly externalId?: string;
    readonly durationSeconds?: number;
}

const secrets = ["accessKey", "secretKey", "token"];

/**
 * @throws LinuxKitError `aws-credentials-configured` when it holds credentials: what a resource is given stands in state
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
    const assumeRoles = roles.flatMap(roleOf);
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

function roleOf({ roleArn, sessionName, externalId, durationSeconds }: Role): pulumi.Inputs[] {
    if (roleArn === undefined) {
        return [];
    }
    return [
        {
            roleArn,
            ...(sessionName === undefined ? {} : { sessionName }),
            ...(externalId === undefined ? {} : { externalId }),
            ...(durationSeconds === undefined ? {} : { durationSeconds }),
        },
    ];
}

/** A list of objects, as @pulumi/aws has it, or one object. */
function endpointsOf(given: unknown): pulumi.Inputs {
    const all = Object.assign({}, ...[given ?? {}].flat()) as Readonly<Record<string, unknown>>;
    const known = ["ec2", "ebs", "sts"].filter((key) => typeof all[key] === "string");
    return Object.fromEntries(known.map((key) => [key, all[key]]));
}
