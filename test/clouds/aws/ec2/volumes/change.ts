import type {
    CreateVolumeRequest,
    DeleteVolumeRequest,
    ModifyVolumeRequest,
    ModifyVolumeResult,
    Volume as VolumeView,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { once } from "../../world/call.ts";
import { chooseSubnet } from "../network/defaults.ts";
import { findOwn, VOLUME } from "../query/find.ts";
import { tagsFor } from "../tags/tag-set.ts";
import { checkVolumeType } from "../volume-types.ts";
import { makeVolume, removeVolume } from "./make.ts";
import { volumeState } from "./state.ts";
import { modificationView, volumeView } from "./view.ts";

const COOLDOWN_MS = 6 * 3_600_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
export async function createVolume(call: Call, input: CreateVolumeRequest): Promise<VolumeView> {
    const conflict = (): Failure =>
        new Failure("IdempotentParameterMismatch", "The client token was used with other parameters.");
    return once(call, input.ClientToken, input, conflict, () => {
        if (input.AvailabilityZone === undefined) {
            throw new Failure("MissingParameter", "The request must contain the parameter zone");
        }
        const { zone } = chooseSubnet(call, undefined, input.AvailabilityZone);
        const { Size: VolumeSize, ...request } = input;
        const tags = tagsFor(input.TagSpecifications, "volume");
        return volumeView(call, makeVolume(call, { ...request, VolumeSize }, zone, tags));
    });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
export function deleteVolume(call: Call, { VolumeId }: DeleteVolumeRequest): object {
    const volume = findOwn(call, VOLUME, call.world.tables.volumes, VolumeId!);
    if (volume.attachment !== undefined) {
        const message = `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`;
        throw new Failure("VolumeInUse", message);
    }
    if (volumeState(volume, call.now) !== "available") {
        throw new Failure("IncorrectState", `The volume '${volume.id}' is 'creating'`);
    }
    removeVolume(call, volume);
    return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html */
export function modifyVolume(call: Call, input: ModifyVolumeRequest): ModifyVolumeResult {
    const volume = findOwn(call, VOLUME, call.world.tables.volumes, input.VolumeId!);
    const { sizeGib, kind, modification } = volume;
    const size = input.Size ?? sizeGib;
    if (size < sizeGib) {
        throw new Failure("InvalidParameterValue", "New size cannot be smaller than existing size");
    }
    if (modification !== undefined && call.now < modification.at + COOLDOWN_MS) {
        const message =
            "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.";
        throw new Failure("VolumeModificationRateExceeded", message);
    }
    const sameType = input.VolumeType === undefined || input.VolumeType === kind.VolumeType;
    const asked = { VolumeType: input.VolumeType, Iops: input.Iops, Throughput: input.Throughput };
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    volume.kind = checkVolumeType({ ...(sameType && kind), ...given });
    volume.sizeGib = size;
    const doneAt = call.now + call.world.settings.volumeMs;
    volume.modification = { from: { sizeGib, ...kind }, at: call.now, doneAt };
    return { VolumeModification: modificationView(call, volume)[0]! };
}
