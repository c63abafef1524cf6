import type { BlockDeviceMapping, EbsBlockDevice } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { mayRead, snapshotState } from "../../world/snapshot-state.ts";
import type { Snapshot } from "../../world/tables.ts";
import { find, SNAPSHOT } from "../query/find.ts";
import { checkVolumeType } from "../volume-types.ts";

/**
 * An image's block device mappings with AWS's defaults in them.
 * @throws Failure for a snapshot that is not there or not completed, and for a size or a type that cannot be
 */
export function readMappings(call: Call, given: readonly BlockDeviceMapping[]): BlockDeviceMapping[] {
    const names = given.map(({ DeviceName }) => DeviceName);
    const twice = names.find((name, index) => name === undefined || names.indexOf(name) !== index);
    if (new Set(names).size !== names.length || names.includes(undefined)) {
        throw bad(`The device '${twice ?? ""}' is used in more than one block-device mapping, or has no name`);
    }
    return given.map((mapping) => readMapping(call, mapping));
}

function readMapping(call: Call, { DeviceName, Ebs, NoDevice, VirtualName }: BlockDeviceMapping): BlockDeviceMapping {
    if (Ebs === undefined) {
        return {
            DeviceName,
            ...(NoDevice !== undefined && { NoDevice }),
            ...(VirtualName !== undefined && { VirtualName }),
        };
    }
    return { DeviceName, Ebs: readDevice(call, DeviceName!, Ebs) };
}

function readDevice(call: Call, name: string, ebs: EbsBlockDevice): EbsBlockDevice {
    const snapshot = ebs.SnapshotId === undefined ? undefined : usableSnapshot(call, ebs.SnapshotId);
    if (snapshot !== undefined && ebs.Encrypted !== undefined) {
        throw bad(`the encrypted flag cannot be specified since device ${name} has a snapshot specified.`);
    }
    const size = ebs.VolumeSize ?? snapshot?.volumeSize;
    if (size === undefined) {
        throw new Failure("MissingParameter", "The request must contain the parameter size or snapshotId");
    }
    if (snapshot !== undefined && size < snapshot.volumeSize) {
        throw bad(
            `Volume of size ${size}GB is smaller than snapshot '${snapshot.id}', expect size >= ${snapshot.volumeSize}GB`,
        );
    }
    const type = checkVolumeType(ebs);
    return {
        ...type,
        ...(snapshot !== undefined && { SnapshotId: snapshot.id }),
        VolumeSize: size,
        DeleteOnTermination: ebs.DeleteOnTermination ?? true,
        Encrypted: snapshot === undefined ? (ebs.Encrypted ?? false) : snapshot.kmsKeyArn !== undefined,
    };
}

function usableSnapshot(call: Call, id: string): Snapshot {
    const snapshot = find(call, SNAPSHOT, call.world.tables.snapshots, id);
    if (!mayRead(snapshot, call.account)) {
        throw new Failure("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
    }
    if (snapshotState(snapshot, call.now) !== "completed") {
        throw new Failure("IncorrectState", `Snapshot '${id}' is not 'completed'.`);
    }
    return snapshot;
}

const bad = (message: string): Failure => new Failure("InvalidBlockDeviceMapping", message);
