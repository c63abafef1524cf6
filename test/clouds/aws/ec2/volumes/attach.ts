import type { AttachVolumeRequest, DetachVolumeRequest, VolumeAttachment } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Attachment } from "../../world/tables.ts";
import { findOwn, INSTANCE, VOLUME } from "../query/find.ts";
import { volumesOf } from "./of-instance.ts";
import { attachmentState, volumeState } from "./state.ts";
import { attachmentView } from "./view.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
export function attachVolume(call: Call, input: AttachVolumeRequest): VolumeAttachment {
    const { tables, settings } = call.world;
    const volume = findOwn(call, VOLUME, tables.volumes, input.VolumeId!);
    const instance = findOwn(call, INSTANCE, tables.instances, input.InstanceId!);
    if (volume.attachment !== undefined) {
        throw new Failure("VolumeInUse", `${volume.id} is already attached to an instance`);
    }
    const state = instanceState(instance, call.now);
    if (state !== "running" && state !== "stopped") {
        throw new Failure("IncorrectState", `Instance '${instance.id}' is not 'running'.`);
    }
    if (volumeState(volume, call.now) !== "available") {
        throw new Failure("IncorrectState", `Volume '${volume.id}' is not 'available'.`);
    }
    if (volume.zone !== instance.zone) {
        const message = `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`;
        throw new Failure("InvalidVolume.ZoneMismatch", message);
    }
    if (volumesOf(call.world, instance.id).some(({ attachment }) => attachment.device === input.Device)) {
        const message = `Invalid value '${input.Device}' for unixDevice. Attachment point ${input.Device} is already in use`;
        throw new Failure("InvalidParameterValue", message);
    }
    const attachment: Attachment = {
        instanceId: instance.id,
        device: input.Device!,
        since: call.now,
        deleteOnTermination: false,
        attachedAt: call.now + settings.volumeMs,
    };
    volume.attachment = attachment;
    return attachmentView(call, volume, attachment);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html */
export function detachVolume(call: Call, input: DetachVolumeRequest): VolumeAttachment {
    const { tables, settings } = call.world;
    const volume = findOwn(call, VOLUME, tables.volumes, input.VolumeId!);
    const { attachment } = volume;
    if (attachment === undefined || attachmentState(attachment, call.now) !== "attached") {
        throw new Failure(
            "IncorrectState",
            `Volume '${volume.id}' is in the '${volumeState(volume, call.now)}' state.`,
        );
    }
    const { InstanceId = attachment.instanceId, Device = attachment.device } = input;
    if (InstanceId !== attachment.instanceId || Device !== attachment.device) {
        const message = `The volume '${volume.id}' is not attached to instance '${InstanceId}' as device '${Device}'`;
        throw new Failure("InvalidAttachment.NotFound", message);
    }
    const instance = findOwn(call, INSTANCE, tables.instances, attachment.instanceId);
    if (instance.rootDeviceName === attachment.device && instanceState(instance, call.now) !== "stopped") {
        const message = `Unable to detach root volume '${volume.id}' from instance '${instance.id}'`;
        throw new Failure("OperationNotPermitted", message);
    }
    attachment.detachedAt = call.now + settings.volumeMs;
    return attachmentView(call, volume, attachment);
}
