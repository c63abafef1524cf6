import type { SnapshotState } from "@aws-sdk/client-ec2";
import type { Snapshot } from "./tables.ts";
import type { World } from "./world.ts";
import type { Resource } from "./tables.ts";

/**
 * A pending snapshot that nobody writes to is cancelled after its time-out:
 * https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html
 */
export function snapshotState(snapshot: Snapshot, now: number): SnapshotState & ("pending" | "completed" | "error") {
    if (snapshot.completesAt !== undefined) {
        return now >= snapshot.completesAt ? "completed" : "pending";
    }
    return now > snapshot.lastActivityAt + snapshot.timeoutMs ? "error" : "pending";
}

export function mayRead({ account, sharedWith }: Snapshot, caller: string): boolean {
    return account === caller || sharedWith.includes(caller) || sharedWith.includes("all");
}

export function existingSnapshots(world: World, now: number): [string, Resource, string][] {
    return [...world.tables.snapshots.values()].map((snapshot) => ["snapshot", snapshot, snapshotState(snapshot, now)]);
}
