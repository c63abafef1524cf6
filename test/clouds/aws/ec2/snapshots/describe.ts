import type { DescribeSnapshotsRequest, DescribeSnapshotsResult, Snapshot as SnapshotView } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import { mayRead, snapshotState } from "../../world/snapshot-state.ts";
import type { Snapshot } from "../../world/tables.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { select, SNAPSHOT } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { tagList } from "../tags/tag-set.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
export function describeSnapshots(call: Call, input: DescribeSnapshotsRequest): DescribeSnapshotsResult {
    const readable = (snapshot: Snapshot): boolean => mayRead(snapshot, call.account);
    const found = select(call, SNAPSHOT, call.world.tables.snapshots, input.SnapshotIds, readable)
        .filter(({ account }) => isAmong(account, input.OwnerIds, call))
        .filter((snapshot) => isRestorable(snapshot, input.RestorableByUserIds, call));
    const { page, NextToken } = paged(filtered(found, input.Filters, fields(call)), input, input.SnapshotIds);
    return {
        Snapshots: page.map((snapshot) => snapshotView(call, snapshot)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

function isAmong(account: string, owners: readonly string[] | undefined, call: Call): boolean {
    return owners === undefined || owners.some((owner) => account === (owner === "self" ? call.account : owner));
}

function isRestorable(snapshot: Snapshot, users: readonly string[] | undefined, call: Call): boolean {
    return (
        users === undefined ||
        users.some((user) => {
            const account = user === "self" ? call.account : user;
            return snapshot.sharedWith.includes(account) || (user !== "all" && snapshot.account === account);
        })
    );
}

export function snapshotView(call: Call, snapshot: Snapshot): SnapshotView {
    const state = snapshotState(snapshot, call.now);
    const written = call.world.blocks.all(snapshot.id).size;
    return {
        SnapshotId: snapshot.id,
        VolumeId: snapshot.volumeId,
        State: state,
        ...(state === "error" && { StateMessage: "The snapshot was not completed in time." }),
        StartTime: new Date(snapshot.createdAt),
        ...(state === "completed" && { CompletionTime: new Date(snapshot.completesAt!) }),
        Progress: state === "completed" ? "100%" : "0%",
        OwnerId: snapshot.account,
        Description: snapshot.description,
        VolumeSize: snapshot.volumeSize,
        FullSnapshotSizeInBytes: written * 524_288,
        Encrypted: snapshot.kmsKeyArn !== undefined,
        ...(snapshot.kmsKeyArn !== undefined && { KmsKeyId: snapshot.kmsKeyArn }),
        StorageTier: "standard",
        Tags: tagList(snapshot.tags),
    };
}

function fields(call: Call): FilterFields<Snapshot> {
    return {
        "snapshot-id": ({ id }) => id,
        "volume-id": ({ volumeId }) => volumeId,
        "volume-size": ({ volumeSize }) => volumeSize,
        "owner-id": ({ account }) => account,
        description: ({ description }) => description,
        encrypted: ({ kmsKeyArn }) => kmsKeyArn !== undefined,
        "start-time": ({ createdAt }) => new Date(createdAt).toISOString(),
        status: (snapshot) => snapshotState(snapshot, call.now),
        progress: (snapshot) => (snapshotState(snapshot, call.now) === "completed" ? "100%" : "0%"),
        "storage-tier": () => "standard",
    };
}
