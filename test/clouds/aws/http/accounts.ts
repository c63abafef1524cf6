import type { Policy } from "../iam/policy.ts";

/** Who may sign requests. */
export interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly account: string;
    /** Name of the IAM user. */
    readonly user: string;
    /** Operations it may call, such as `ec2:RunInstances` or `ebs:*`; all when absent. */
    readonly allowed?: readonly string[];
    /** Policies of its identity, of which one must allow what none may deny; without any, all is allowed. */
    readonly policies?: readonly Policy[];
}

/** Two accounts that are always there. */
export const DEFAULT_CREDENTIALS: readonly Credentials[] = [
    { accessKeyId: "AKIAEMULATOR00000001", secretAccessKey: "emulator", account: "111111111111", user: "one" },
    { accessKeyId: "AKIAEMULATOR00000002", secretAccessKey: "emulator", account: "222222222222", user: "two" },
];

export function isAllowed({ allowed }: Credentials, service: string, operation: string): boolean {
    return (
        allowed === undefined ||
        operation === "GetCallerIdentity" ||
        [`${service}:${operation}`, `${service}:*`].some((name) => allowed.includes(name))
    );
}
