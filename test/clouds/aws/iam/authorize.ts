import type { Structure } from "../model/shapes.ts";
import { Failure, notEmulated } from "../protocol/failure.ts";
import type { Call } from "../world/call.ts";
import { EBS_NEEDS } from "./actions/ebs.ts";
import type { Needs } from "./actions/ec2.ts";
import { EC2_NEEDS } from "./actions/ec2.ts";
import { S3_NEEDS } from "./actions/s3.ts";
import type { Decision, Need } from "./evaluate.ts";
import { decide } from "./evaluate.ts";
import type { Policy } from "./policy.ts";
import { need } from "./resources.ts";

/** What a call was refused for. */
export interface Denial {
    readonly need: Need;
    readonly decision: Exclude<Decision, "allowed">;
}

/** The first thing of a call that its caller's policies do not allow. */
export function denialOf(call: Call, input: Structure, policies: readonly Policy[]): Denial | undefined {
    for (const each of needsOf(call, input)) {
        const decision = decide(policies, each);
        if (decision !== "allowed") {
            return { need: each, decision };
        }
    }
    return undefined;
}

const NEEDS: Readonly<Record<Call["service"], Readonly<Record<string, Needs>>>> = {
    ec2: EC2_NEEDS,
    ebs: EBS_NEEDS,
    s3: S3_NEEDS,
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: it needs no permission.
    sts: { GetCallerIdentity: () => [] },
};

function needsOf(call: Call, input: Structure): Need[] {
    const needs = NEEDS[call.service][call.operation];
    if (needs !== undefined) {
        return needs(call, input as never);
    }
    if (!/^(Describe|Get|List|Decode)/.test(call.operation)) {
        throw notEmulated(`what policies must allow for ${call.operation}`);
    }
    return [need(call, `${call.service}:${call.operation}`, "*")];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html: AWS's own sentences. */
export function denialMessage({ caller }: Call, { need: { action, resource }, decision }: Denial): string {
    const why =
        decision === "explicit-deny"
            ? "with an explicit deny in an identity-based policy"
            : `because no identity-based policy allows the ${action} action`;
    return `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

/** As DecodeAuthorizationMessage of STS takes it; AWS's own is encrypted. */
export function encoded({ need: { action, resource, context }, decision }: Denial): string {
    const told = {
        allowed: false,
        explicitDeny: decision === "explicit-deny",
        context: { action, resource, conditions: Object.fromEntries(context) },
    };
    return Buffer.from(JSON.stringify(told)).toString("base64url");
}

/** @throws Failure: the text is none of ours */
export function decoded(message: string): string {
    const text = Buffer.from(message, "base64url").toString("utf8");
    if (!text.startsWith('{"allowed":false')) {
        throw new Failure("InvalidAuthorizationMessageException", "The authorization message cannot be decoded");
    }
    return text;
}
