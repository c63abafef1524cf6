import { tagsFor } from "../ec2/tags/tag-set.ts";
import type { Call } from "../world/call.ts";
import type { Resource, Tables } from "../world/tables.ts";
import type { Need } from "./evaluate.ts";
import type { TagSpecification } from "@aws-sdk/client-ec2";

/** Values of condition keys; those that are not there are left out. */
export type Keys = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What every request has: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function globalKeys({ account, caller, region, now, service }: Call): Keys {
    return {
        "aws:RequestedRegion": region,
        "aws:PrincipalArn": caller,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": "User",
        "aws:username": caller.replace(/^.*\//, ""),
        "aws:userid": `AIDA${account}`,
        "aws:CurrentTime": new Date(now).toISOString(),
        "aws:SecureTransport": false,
        ...(service === "ec2" && { "ec2:Region": region }),
    };
}

export function need(call: Call, action: string, resource: string, keys: Keys = {}): Need {
    const given = Object.entries({ ...globalKeys(call), ...keys })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]): [string, string[]] => [key.toLowerCase(), [value].flat().map(String)]);
    return { action, resource, context: new Map(given) };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html, resource types: AWS's or the account's */
const WITHOUT_ACCOUNT = ["image", "snapshot"];

export function arnOf({ account, region }: Pick<Call, "account" | "region">, type: string, id: string): string {
    return `arn:aws:ec2:${region}:${WITHOUT_ACCOUNT.includes(type) ? "" : account}:${type}/${id}`;
}

export function requestTags(tags: Readonly<Record<string, string>>): Keys {
    const keys = Object.keys(tags);
    return keys.length === 0
        ? {}
        : { ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags[key]])), "aws:TagKeys": keys };
}

function resourceTags(tags: Readonly<Record<string, string>>): Keys {
    return Object.fromEntries(
        Object.entries(tags).flatMap(([key, value]) => [
            [`aws:ResourceTag/${key}`, value],
            [`ec2:ResourceTag/${key}`, value],
        ]),
    );
}

/** EC2's own kinds, and where their rows are. */
const TABLES = {
    image: "images",
    "import-snapshot-task": "importTasks",
    instance: "instances",
    "network-interface": "networkInterfaces",
    "placement-group": "placementGroups",
    "security-group": "securityGroups",
    snapshot: "snapshots",
    "spot-instances-request": "spotRequests",
    volume: "volumes",
} as const;
export type ResourceKind = keyof typeof TABLES;

function rowOf({ world }: Call, kind: ResourceKind, id: string): Resource | undefined {
    return world.tables[TABLES[kind] satisfies keyof Tables].get(id);
}

/** Something that exists, or at least has an id. */
export function existingNeed(
    call: Call,
    kind: ResourceKind,
    id: string,
    keys: Keys = {},
    action = call.operation,
): Need {
    const row = rowOf(call, kind, id);
    const owner = WITHOUT_ACCOUNT.includes(kind) ? row?.account : undefined;
    const all = { ...resourceTags(row?.tags ?? {}), "ec2:Owner": owner, ...keys };
    return need(call, `ec2:${action}`, arnOf(call, kind, id), all);
}

/**
 * Something that the call makes, with the tags that it gets at once, which are a need of their own:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export function createdNeeds(
    call: Call,
    kind: string,
    specifications: readonly TagSpecification[] | undefined,
    keys: Keys = {},
): Need[] {
    const own = (specifications ?? []).filter(({ ResourceType }) => ResourceType === kind);
    const tags = tagsFor(own, kind as "image");
    const resource = arnOf(call, kind, "*");
    return [
        need(call, `ec2:${call.operation}`, resource, { ...keys, ...requestTags(tags) }),
        ...(Object.keys(tags).length === 0 ? [] : [createTagsNeed(call, resource, tags)]),
    ];
}

export function createTagsNeed(call: Call, resource: string, tags: Readonly<Record<string, string>>): Need {
    return need(call, "ec2:CreateTags", resource, { ...requestTags(tags), "ec2:CreateAction": call.operation });
}
