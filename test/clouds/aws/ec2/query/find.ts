import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { visible } from "../../world/call.ts";
import type { Resource } from "../../world/tables.ts";

/** How EC2 speaks of a kind of resource in its errors. */
export interface Kind {
    /** First part of its ids. */
    readonly prefix: string;
    /** Code for an id that cannot be one. */
    readonly malformed: string;
    readonly notFound: string;
    /** Such as "The snapshot". */
    readonly noun: string;
}

export const SNAPSHOT: Kind = {
    prefix: "snap",
    malformed: "InvalidSnapshotID.Malformed",
    notFound: "InvalidSnapshot.NotFound",
    noun: "The snapshot",
};
export const IMAGE: Kind = {
    prefix: "ami",
    malformed: "InvalidAMIID.Malformed",
    notFound: "InvalidAMIID.NotFound",
    noun: "The image id",
};

export const INSTANCE: Kind = {
    prefix: "i",
    malformed: "InvalidInstanceID.Malformed",
    notFound: "InvalidInstanceID.NotFound",
    noun: "The instance ID",
};
export const VOLUME: Kind = {
    prefix: "vol",
    malformed: "InvalidParameterValue",
    notFound: "InvalidVolume.NotFound",
    noun: "The volume",
};
export const NETWORK_INTERFACE: Kind = {
    prefix: "eni",
    malformed: "InvalidNetworkInterfaceId.Malformed",
    notFound: "InvalidNetworkInterfaceID.NotFound",
    noun: "The networkInterface ID",
};
export const SECURITY_GROUP: Kind = {
    prefix: "sg",
    malformed: "InvalidGroupId.Malformed",
    notFound: "InvalidGroup.NotFound",
    noun: "The security group",
};

export const SPOT_REQUEST: Kind = {
    prefix: "sir",
    malformed: "InvalidSpotInstanceRequestID.Malformed",
    notFound: "InvalidSpotInstanceRequestID.NotFound",
    noun: "The spot instance request ID",
};
export const PLACEMENT_GROUP: Kind = {
    prefix: "pg",
    malformed: "InvalidPlacementGroupId.Malformed",
    notFound: "InvalidPlacementGroup.Unknown",
    noun: "The Placement Group",
};

export const IMPORT_TASK: Kind = {
    prefix: "import-snap",
    malformed: "InvalidConversionTaskId.Malformed",
    notFound: "InvalidConversionTaskId",
    noun: "The import task id",
};

export function notFound({ notFound: code, noun }: Kind, id: string): Failure {
    return new Failure(code, `${noun} '${id}' does not exist`);
}

/** @throws Failure where it cannot be an id of this kind */
function checkId({ prefix, malformed }: Kind, id: string): void {
    if (!new RegExp(`^${prefix}-([0-9a-z]{8}|[0-9a-f]{17})$`).test(id)) {
        throw new Failure(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
    }
}

/** One that can be seen in the caller's region. */
export function find<T extends Resource>(call: Call, kind: Kind, table: ReadonlyMap<string, T>, id: string): T {
    checkId(kind, id);
    const found = table.get(id);
    if (found === undefined || found.region !== call.region || found.visibleAt > call.now) {
        throw notFound(kind, id);
    }
    return found;
}

/** One of the caller's own. */
export function findOwn<T extends Resource>(call: Call, kind: Kind, table: ReadonlyMap<string, T>, id: string): T {
    const found = find(call, kind, table, id);
    if (found.account !== call.account) {
        throw notFound(kind, id);
    }
    return found;
}

/** All that the caller may see; those of the ids, each of which must be there, where there are any. */
export function select<T extends Resource>(
    call: Call,
    kind: Kind,
    table: ReadonlyMap<string, T>,
    ids: readonly string[] | undefined,
    mayRead: (item: T) => boolean,
): T[] {
    if (ids === undefined || ids.length === 0) {
        return visible(call, table).filter(mayRead);
    }
    return ids.map((id) => {
        const found = find(call, kind, table, id);
        if (!mayRead(found)) {
            throw notFound(kind, id);
        }
        return found;
    });
}
