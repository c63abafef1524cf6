import type { StartSnapshotRequest, StartSnapshotResponse, Tag } from "@aws-sdk/client-ebs";
import { encryptionByDefault, defaultKey } from "../world/encryption.ts";
import { BLOCK_BYTES } from "../world/blocks.ts";
import type { Call } from "../world/call.ts";
import { newResource, once } from "../world/call.ts";
import { snapshotState } from "../world/snapshot-state.ts";
import type { Snapshot } from "../world/tables.ts";
import { newId } from "../world/world.ts";
import { Failure } from "../protocol/failure.ts";
import { invalid } from "./errors.ts";
import { completed } from "./find.ts";

const LARGEST_GIB = 65_536;
const DEFAULT_TIMEOUT_MINUTES = 60;
const MOST_TAGS = 50;
/** What EC2 says is the volume of a snapshot that was not made of one. */
const NO_VOLUME = "vol-ffffffff";

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html */
export async function startSnapshot(call: Call, input: StartSnapshotRequest): Promise<StartSnapshotResponse> {
    const conflict = (): Failure =>
        new Failure("ConflictException", "The client token was used with other parameters.", 409);
    return once(call, input.ClientToken, input, conflict, () => start(call, input));
}

function start(call: Call, input: StartSnapshotRequest): StartSnapshotResponse {
    const tags = readTags(input.Tags ?? []);
    const parent = input.ParentSnapshotId === undefined ? undefined : completed(call, input.ParentSnapshotId);
    checkSize(input.VolumeSize!, parent);
    const kmsKeyArn = keyOf(call, input, parent);
    checkQuota(call);
    const snapshot = makeSnapshot(call, input, tags, parent, kmsKeyArn);
    call.world.blocks.create(snapshot.id, parent === undefined ? undefined : call.world.blocks.all(parent.id));
    call.world.tables.snapshots.set(snapshot.id, snapshot);
    return describe(snapshot, input);
}

function makeSnapshot(
    call: Call,
    input: StartSnapshotRequest,
    tags: Record<string, string>,
    parent: Snapshot | undefined,
    kmsKeyArn: string | undefined,
): Snapshot {
    const id = newId("snap");
    return {
        ...newResource(call, id, tags),
        volumeId: NO_VOLUME,
        volumeSize: input.VolumeSize!,
        description: input.Description ?? "",
        ...(parent !== undefined && { parent: parent.id }),
        lineage: parent?.lineage ?? id,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        timeoutMs: (input.Timeout ?? DEFAULT_TIMEOUT_MINUTES) * 60_000,
        lastActivityAt: call.now,
        sharedWith: [],
    };
}

function describe(snapshot: Snapshot, input: StartSnapshotRequest): StartSnapshotResponse {
    const { kmsKeyArn } = snapshot;
    return {
        SnapshotId: snapshot.id,
        OwnerId: snapshot.account,
        Status: "pending",
        StartTime: new Date(snapshot.createdAt),
        VolumeSize: snapshot.volumeSize,
        BlockSize: BLOCK_BYTES,
        ...(input.Description !== undefined && { Description: input.Description }),
        ...(input.Tags !== undefined && { Tags: input.Tags }),
        ...(snapshot.parent !== undefined && { ParentSnapshotId: snapshot.parent }),
        ...(kmsKeyArn === undefined ? { SseType: "none" } : { KmsKeyArn: kmsKeyArn, SseType: "sse-kms" }),
    };
}

function readTags(tags: readonly Tag[]): Record<string, string> {
    const keys = tags.map(({ Key }) => Key ?? "");
    const bad = keys.find((key, index) => key === "" || key.startsWith("aws:") || keys.indexOf(key) !== index);
    if (bad !== undefined || tags.length > MOST_TAGS) {
        throw invalid("INVALID_TAG", `At most ${MOST_TAGS} tags, each once, none of aws:, not '${bad ?? tags.length}'`);
    }
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value ?? ""]));
}

function checkSize(size: number, parent: Snapshot | undefined): void {
    if (size > LARGEST_GIB || size < (parent?.volumeSize ?? 1)) {
        const least = parent?.volumeSize ?? 1;
        throw invalid("INVALID_VOLUME_SIZE", `VolumeSize ${size} is not from ${least} to ${LARGEST_GIB} GiB`);
    }
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebsapis-using-encryption.html, its three tables */
function keyOf(call: Call, input: StartSnapshotRequest, parent: Snapshot | undefined): string | undefined {
    const byDefault = encryptionByDefault(call);
    const refuse = (why: string): Failure => invalid("INVALID_PARAMETER_VALUE", why);
    if (parent !== undefined) {
        if (input.Encrypted !== undefined || input.KmsKeyArn !== undefined) {
            throw refuse("With ParentSnapshotId there is neither Encrypted nor KmsKeyArn");
        }
        if (byDefault && parent.kmsKeyArn === undefined) {
            throw refuse("Encryption by default is on, and the parent snapshot is not encrypted");
        }
        return parent.kmsKeyArn;
    }
    if (input.Encrypted === true) {
        return input.KmsKeyArn ?? defaultKey(call);
    }
    if (input.KmsKeyArn !== undefined) {
        throw refuse("KmsKeyArn needs Encrypted");
    }
    if (byDefault && input.Encrypted === false) {
        throw refuse("Encryption by default is on");
    }
    return byDefault ? defaultKey(call) : undefined;
}

function checkQuota(call: Call): void {
    const { world, account, region, now } = call;
    const count = [...world.tables.snapshots.values()].filter(
        (snapshot) =>
            snapshot.account === account && snapshot.region === region && snapshotState(snapshot, now) === "pending",
    ).length;
    if (count >= world.settings.pendingSnapshots) {
        throw new Failure("ConcurrentLimitExceededException", `There are ${count} pending snapshots already.`);
    }
}
