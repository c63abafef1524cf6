import type { EbsBlockDevice } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource } from "../../world/call.ts";
import { defaultKey, encryptionByDefault } from "../../world/encryption.ts";
import { mayRead, snapshotState } from "../../world/snapshot-state.ts";
import type { Snapshot, Volume } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { find, notFound, SNAPSHOT } from "../query/find.ts";
import { checkVolumeType } from "../volume-types.ts";

/** What a volume is made of: a device of a mapping, or a request for a volume. */
export type VolumeRequest = Pick<
    EbsBlockDevice,
    "SnapshotId" | "VolumeSize" | "VolumeType" | "Iops" | "Throughput" | "Encrypted" | "KmsKeyId"
>;

const LARGEST_GIB = 65_536;

/** A volume with its snapshot's blocks. */
export function makeVolume(call: Call, request: VolumeRequest, zone: string, tags: Record<string, string>): Volume {
    const snapshot = request.SnapshotId === undefined ? undefined : readable(call, request.SnapshotId);
    const sizeGib = checkSize(request.VolumeSize, snapshot);
    const kind = checkVolumeType(request);
    const kmsKeyArn = keyOf(call, request, snapshot);
    const volume: Volume = {
        ...newResource(call, newId("vol"), tags),
        sizeGib,
        kind,
        zone,
        snapshotId: snapshot?.id,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        availableAt: call.now + call.world.settings.volumeMs,
    };
    const { blocks, tables } = call.world;
    blocks.create(volume.id, snapshot === undefined ? undefined : blocks.all(snapshot.id));
    tables.volumes.set(volume.id, volume);
    return volume;
}

function readable(call: Call, id: string): Snapshot {
    const snapshot = find(call, SNAPSHOT, call.world.tables.snapshots, id);
    // Whoever may launch an image may make its volumes: the image's owner shares its snapshots by that.
    if (call.operation !== "RunInstances" && !mayRead(snapshot, call.account)) {
        throw notFound(SNAPSHOT, id);
    }
    if (snapshotState(snapshot, call.now) !== "completed") {
        throw new Failure("IncorrectState", `Snapshot '${id}' is not 'completed'.`);
    }
    return snapshot;
}

function checkSize(size: number | undefined, snapshot: Snapshot | undefined): number {
    const given = size ?? snapshot?.volumeSize;
    if (given === undefined) {
        throw new Failure("MissingParameter", "The request must contain the parameter size/snapshot");
    }
    if (given < (snapshot?.volumeSize ?? 1) || given > LARGEST_GIB) {
        const least = snapshot?.volumeSize ?? 1;
        throw new Failure(
            "InvalidParameterValue",
            `Volume of ${given}GiB is not from ${least}GiB to ${LARGEST_GIB}GiB`,
        );
    }
    return given;
}

function keyOf(call: Call, request: VolumeRequest, snapshot: Snapshot | undefined): string | undefined {
    if (request.KmsKeyId !== undefined && request.Encrypted !== true) {
        throw new Failure("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted");
    }
    const encrypted = request.Encrypted === true || encryptionByDefault(call);
    return snapshot?.kmsKeyArn ?? (encrypted ? (request.KmsKeyId ?? defaultKey(call)) : undefined);
}

export function removeVolume({ world }: Pick<Call, "world">, { id }: Volume): void {
    world.tables.volumes.delete(id);
    world.blocks.remove(id);
}
