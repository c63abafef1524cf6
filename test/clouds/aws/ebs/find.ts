import type { Call } from "../world/call.ts";
import type { Snapshot } from "../world/tables.ts";
import { mayRead, snapshotState } from "../world/snapshot-state.ts";
import { invalid, snapshotNotFound } from "./errors.ts";

/** @throws Failure: not there, not yet to be seen, or another account's */
function own({ world, region, account, now }: Call, id: string): Snapshot {
    const snapshot = world.tables.snapshots.get(id);
    if (snapshot === undefined || snapshot.region !== region || snapshot.visibleAt > now) {
        throw snapshotNotFound(id);
    }
    if (!mayRead(snapshot, account)) {
        throw snapshotNotFound(id);
    }
    return snapshot;
}

/** A snapshot of the caller's that takes blocks. */
export function pending(call: Call, id: string): Snapshot {
    const snapshot = own(call, id);
    const state = snapshotState(snapshot, call.now);
    if (snapshot.account !== call.account) {
        throw snapshotNotFound(id);
    }
    if (state !== "pending" || snapshot.completesAt !== undefined) {
        throw invalid("INVALID_SNAPSHOT_ID", `The snapshot '${id}' is sealed or '${state}', not pending.`);
    }
    return snapshot;
}

/** A snapshot that can be read. */
export function completed(call: Call, id: string): Snapshot {
    const snapshot = own(call, id);
    if (snapshotState(snapshot, call.now) !== "completed") {
        throw invalid("INVALID_SNAPSHOT_ID", `The snapshot '${id}' is not completed.`);
    }
    return snapshot;
}
