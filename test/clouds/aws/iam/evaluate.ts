import type { Context } from "./conditions.ts";
import { holds, substitute } from "./conditions.ts";
import { matchesAction, matchesArn } from "./match.ts";
import type { Policy, Statement } from "./policy.ts";
import { list, statements } from "./policy.ts";

/** One thing that a call must be allowed to do. */
export interface Need {
    /** Such as `ec2:RunInstances`. */
    readonly action: string;
    /** ARN; `*` of an action that has no resources. */
    readonly resource: string;
    readonly context: Context;
}

export type Decision = "allowed" | "explicit-deny" | "implicit-deny";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, of one account's identity */
export function decide(policies: readonly Policy[], need: Need): Decision {
    const matching = policies.flatMap(statements).filter((statement) => applies(statement, need));
    if (matching.some(({ Effect }) => Effect === "Deny")) {
        return "explicit-deny";
    }
    return matching.length > 0 ? "allowed" : "implicit-deny";
}

/** Whether a caller may do something beside the call itself. */
export function permits({ policies }: { readonly policies?: readonly Policy[] }, need: Need): boolean {
    return policies === undefined || decide(policies, need) === "allowed";
}

function applies(statement: Statement, { action, resource, context }: Need): boolean {
    const named = (patterns: readonly string[]): boolean => patterns.some((each) => matchesAction(each, action));
    const meant = (patterns: readonly string[]): boolean =>
        patterns.some((each) => matchesArn(substitute(each, context), resource));
    return (
        (statement.Action === undefined ? !named(list(statement.NotAction)) : named(list(statement.Action))) &&
        (statement.Resource === undefined ? !meant(list(statement.NotResource)) : meant(list(statement.Resource))) &&
        holds(statement.Condition, context)
    );
}
