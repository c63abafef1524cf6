import { isDeepStrictEqual } from "node:util";
import type { Policy } from "../iam/policy.ts";
import type { ServiceName } from "../model/load.ts";
import { notEmulated } from "../protocol/failure.ts";
import type { World } from "./world.ts";
import type { Resource } from "./tables.ts";

/** A request that was signed, read and validated. */
export interface Call {
    readonly service: ServiceName;
    readonly operation: string;
    readonly account: string;
    /** Who calls, as an ARN. */
    readonly caller: string;
    readonly region: string;
    /** The emulator's time at its start. */
    readonly now: number;
    readonly world: World;
    /** The caller's; absent where it may do everything. */
    readonly policies?: readonly Policy[];
}

/** How one operation is done. */
export interface Operation {
    /**
     * Members of the input that are honoured, whole or as `Member.Nested`; others are refused rather than passed over.
     */
    readonly honours: readonly string[];
    /** Whether it leaves everything as it is. */
    readonly reads: boolean;
    run(call: Call, input: never): unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

type Honoured<I> = (keyof I & string) | `${keyof I & string}.${string}`;

/** An operation that changes something. */
export function changes<I, O>(
    run: (call: Call, input: I) => O | Promise<O>,
    honours: readonly Honoured<I>[],
): Operation {
    return { run, honours, reads: false };
}

/** An operation that changes nothing. */
export function reads<I, O>(run: (call: Call, input: I) => O | Promise<O>, honours: readonly Honoured<I>[]): Operation {
    return { run, honours, reads: true };
}

/** @throws Failure that names a member of the input which the emulator does not have */
export function refuseUnhonoured(call: Call, { honours }: Operation, input: object): void {
    const other = unhonoured(["DryRun", ...honours], input, "");
    if (other !== undefined) {
        throw notEmulated(`${other} of ${call.operation}`);
    }
}

function unhonoured(honours: readonly string[], value: unknown, path: string): string | undefined {
    if (Array.isArray(value)) {
        return value.map((each) => unhonoured(honours, each, path)).find((found) => found !== undefined);
    }
    for (const [name, member] of Object.entries(value as object)) {
        const at = `${path}${name}`;
        if (!honours.includes(at)) {
            const isParent = honours.some((honoured) => honoured.startsWith(`${at}.`));
            const found = isParent ? unhonoured(honours, member, `${at}.`) : at;
            if (found !== undefined) {
                return found;
            }
        }
    }
    return undefined;
}

/** What a new resource of this call starts with. */
export function newResource(call: Call, id: string, tags: Record<string, string>): Resource {
    const { account, region, now } = call;
    return { id, account, region, createdAt: now, visibleAt: now + call.world.settings.consistencyMs, tags };
}

/** Those of the caller's region that can be seen yet, of any account. */
export function visible<T extends Resource>(call: Call, table: ReadonlyMap<string, T>): T[] {
    return [...table.values()].filter(({ region, visibleAt }) => region === call.region && visibleAt <= call.now);
}

const REPLAY_MS = 24 * 3_600_000;

/**
 * Runs once for each client token: a second request gets the first one's answer.
 * @param conflict what a request with the same token and other parameters is refused with
 */
export async function once<T>(
    call: Call,
    token: string | undefined,
    input: object,
    conflict: () => Error,
    run: () => T | Promise<T>,
): Promise<T> {
    if (token === undefined) {
        return run();
    }
    const { replays } = call.world.tables;
    const id = [call.account, call.region, call.operation, token].join("/");
    const request = freeze(input);
    const earlier = replays.get(id);
    if (earlier !== undefined && earlier.at + REPLAY_MS > call.now) {
        if (!isDeepStrictEqual(earlier.request, request)) {
            throw conflict();
        }
        return revive(earlier.answer) as T;
    }
    const answer = await run();
    replays.set(id, { id, request, at: call.now, answer: freeze(answer) });
    return answer;
}

/** State is JSON, which has no dates. */
function freeze(value: unknown): unknown {
    if (value instanceof Date) {
        return { $date: value.toISOString() };
    }
    if (Array.isArray(value)) {
        return value.map(freeze);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, freeze(member)]))
        : value;
}

function revive(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(revive);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const date = (value as { $date?: string }).$date;
    return date === undefined
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revive(member)]))
        : new Date(date);
}
