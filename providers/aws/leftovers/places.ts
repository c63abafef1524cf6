import canonicalize from "canonicalize";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { StackResource, StackState } from "../../lifecycle/stack";
import type { Connection } from "../client/connection";

/** Where things of a stack are, and how they are reached. */
export interface Place {
    readonly connection: Connection;
    readonly region: string;
    /** Of the resources that state has there: the credentials must be of one of them. */
    readonly accounts: readonly string[];
}

/** The resources of AWS that a stack has, or was about to have when its command was cut off. */
export function cloudResources({ resources }: StackState): readonly StackResource[] {
    return resources.filter(({ type }) => type.includes("dynamic/linuxkit/aws:"));
}

/**
 * Where to look for what is left of a stack: where its resources are, each as it is reached; with `regions` in those.
 * @param configured what the stack's configuration says, for a stack that has none
 * @throws LinuxKitError `region-unknown`
 */
export async function placesOf(
    state: StackState,
    regions: readonly string[] | undefined,
    configured: () => Promise<{ readonly connection: Connection; readonly region?: string }>,
): Promise<readonly Place[]> {
    const known = cloudResources(state).map(({ properties }) => ({
        connection: (properties["connection"] ?? {}) as Connection,
        region: properties["region"],
        account: properties["account"],
    }));
    const other = known.length === 0 ? [{ ...(await configured()), account: undefined }] : known;
    const pairs = other.flatMap(({ connection, region }) =>
        (regions ?? (isRegion(region) ? [region] : [])).map((each) => ({ connection, region: each })),
    );
    if (pairs.length === 0) {
        throw new LinuxKitError(
            "region-unknown",
            "nothing says in which region of AWS to look: give --region, set aws:region in the stack's configuration, or AWS_REGION",
        );
    }
    const distinct = new Map(pairs.map((pair) => [canonicalize(pair), pair]));
    return [...distinct.values()].map((pair) => ({ ...pair, accounts: accountsOf(known, pair.connection) }));
}

function accountsOf(
    known: readonly { readonly connection: Connection; readonly account: unknown }[],
    connection: Connection,
): readonly string[] {
    const own = known.filter((resource) => canonicalize(resource.connection) === canonicalize(connection));
    return [...new Set(own.map(({ account }) => account).filter((account) => typeof account === "string"))];
}

const isRegion = (region: unknown): region is string =>
    typeof region === "string" && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region);
