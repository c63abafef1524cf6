import { Failure } from "../../protocol/failure.ts";

interface Permission {
    readonly UserId?: string | undefined;
    readonly Group?: string | undefined;
}

/** Accounts, or `all`, after what is added and removed. */
export function shared(
    before: readonly string[],
    {
        Add,
        Remove,
    }: { readonly Add?: readonly Permission[] | undefined; readonly Remove?: readonly Permission[] | undefined },
): string[] {
    const gone = new Set((Remove ?? []).map(holder));
    return [...new Set([...before, ...(Add ?? []).map(holder)])].filter((who) => !gone.has(who));
}

function holder({ UserId, Group }: Permission): string {
    const who = UserId ?? Group;
    if (who === undefined || !(Group === "all" || /^\d{12}$/.test(who))) {
        throw new Failure("InvalidUserID.Malformed", `Invalid user id: "${who ?? ""}" (expecting an AWS account id)`);
    }
    return who;
}
