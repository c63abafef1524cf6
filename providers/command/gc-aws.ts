import { LinuxKitError } from "../../sdk/assembly/error";
import {
    type CloudLeftover,
    type Connection,
    defaultRegion,
    leftoversAmong,
    type Look,
    type Place,
    removeCloudLeftover,
    type Thing,
    thingsOf,
} from "../aws/leftovers";
import type { RunPulumi, StackSource, StackState } from "../lifecycle/stack";

/** What was found in one place, and what became of it. */
export interface CloudFindings {
    readonly place: Place;
    readonly account: string;
    readonly look: Look;
    readonly things: readonly Thing[];
}

/** A leftover with where it is, and why it is still there when it was to go. */
export interface CloudRow {
    readonly leftover: CloudLeftover;
    readonly region: string;
    readonly account: string;
    readonly isDeleted: boolean;
    readonly problem?: string;
}

/**
 * Lists what carries the stack's tag in one place.
 * @throws LinuxKitError `other-account` when what state has there is in another account
 */
export async function lookAt(place: Place, state: StackState, lookOf: LookOf): Promise<CloudFindings> {
    const look = await lookOf(place.connection, place.region);
    const account = await look.calls.account();
    if (place.accounts.length > 0 && !place.accounts.includes(account)) {
        throw new LinuxKitError(
            "other-account",
            `the stack's resources are in account ${place.accounts.join(", ")} (${place.region}), and these credentials are of ${account}: give those of its account`,
            { account, expected: place.accounts },
        );
    }
    return { place, account, look, things: await thingsOf(look, state.name) };
}

/** How a place is reached; tests hand in their own. */
export type LookOf = (connection: Connection, region: string) => Promise<Look>;

/** Those that the state, which was read after the look, does not know. */
export async function cloudLeftovers(
    { place, account, look, things }: CloudFindings,
    { ids }: StackState,
): Promise<readonly CloudRow[]> {
    const found = await leftoversAmong(look, things, ids);
    return found.map((leftover) => ({ leftover, region: place.region, account, isDeleted: false }));
}

/** Takes away what may go; what AWS keeps does not stop the others. */
export async function removeAllOf(
    { look }: CloudFindings,
    rows: readonly CloudRow[],
    signal: AbortSignal,
): Promise<readonly CloudRow[]> {
    const done: CloudRow[] = [];
    for (const row of rows) {
        try {
            done.push({ ...row, isDeleted: await removeCloudLeftover(look, row.leftover, signal) });
        } catch (error) {
            signal.throwIfAborted();
            done.push({ ...row, problem: error instanceof Error ? error.message : String(error) });
        }
    }
    return done;
}

/** Whether a row needs nobody any more. */
export const isSettled = ({ leftover: { kind }, isDeleted }: CloudRow): boolean =>
    isDeleted || kind === "data" || kind === "busy";

/** For a stack whose state has no resource of AWS: the region and the profile that @pulumi/aws would take. */
export async function configuredPlace(
    { stack, state }: StackSource,
    env: NodeJS.ProcessEnv,
    runPulumi: RunPulumi,
): Promise<{ readonly connection: Connection; readonly region?: string }> {
    const named = stack === undefined ? [] : ["--stack", stack];
    const config = state === undefined ? configOf(await runPulumi(["config", "--json", ...named])) : {};
    const profile = config["aws:profile"];
    if (("aws:assumeRole" in config || "aws:assumeRoles" in config) && env["AWS_PROFILE"] === undefined) {
        throw new LinuxKitError(
            "role-configured",
            "the stack has no resource of AWS in its state, and its configuration has aws:assumeRole, which this command does not read: name a profile that has that role in AWS_PROFILE",
        );
    }
    const connection = profile === undefined || env["AWS_PROFILE"] !== undefined ? {} : { profile };
    const region = config["aws:region"] ?? (await defaultRegion(connection));
    return { connection, ...(region === undefined ? {} : { region }) };
}

function configOf(text: string): Readonly<Record<string, string>> {
    const all = JSON.parse(text) as Readonly<Record<string, { readonly value?: string }>>;
    return Object.fromEntries(Object.entries(all).map(([key, { value = "" }]) => [key, value]));
}
