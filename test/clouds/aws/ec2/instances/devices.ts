import type { BlockDeviceMapping, EbsBlockDevice, EbsInstanceBlockDevice } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { Image, Instance } from "../../world/tables.ts";
import { makeVolume } from "../volumes/make.ts";
import { volumesOf } from "../volumes/of-instance.ts";
import { attachmentState } from "../volumes/state.ts";

/** An image's devices, with what a launch changes of them, adds or leaves out. */
export function launchDevices(
    image: Image,
    overrides: readonly BlockDeviceMapping[] | undefined,
): ReadonlyMap<string, EbsBlockDevice> {
    const devices = new Map<string, EbsBlockDevice>();
    for (const { DeviceName, Ebs } of image.mappings) {
        if (Ebs !== undefined) {
            devices.set(DeviceName!, Ebs);
        }
    }
    for (const { DeviceName, Ebs, NoDevice } of overrides ?? []) {
        if (DeviceName === undefined) {
            throw new Failure("MissingParameter", "The request must contain the parameter deviceName");
        }
        if (NoDevice !== undefined) {
            devices.delete(DeviceName);
        } else if (Ebs !== undefined) {
            devices.set(DeviceName, override(devices.get(DeviceName), Ebs));
        }
    }
    return devices;
}

/** Another type brings its own IOPS and throughput. */
function override(from: EbsBlockDevice | undefined, to: EbsBlockDevice): EbsBlockDevice {
    const { Iops: _iops, Throughput: _throughput, ...rest } = from ?? {};
    const sameType = to.VolumeType === undefined || to.VolumeType === from?.VolumeType;
    return { ...(sameType ? from : rest), ...to };
}

/** Makes a launch's volumes, attached. */
export function makeDevices(
    call: Call,
    { id: instanceId, zone }: Instance,
    devices: ReadonlyMap<string, EbsBlockDevice>,
    tags: Record<string, string>,
): void {
    for (const [device, { Encrypted, DeleteOnTermination, ...ebs }] of devices) {
        const request = { ...ebs, ...(Encrypted === true && { Encrypted }) };
        const volume = makeVolume(call, request, zone, { ...tags });
        volume.attachment = {
            instanceId,
            device,
            since: call.now,
            deleteOnTermination: DeleteOnTermination ?? true,
            attachedAt: call.now + call.world.settings.volumeMs,
        };
    }
}

export function deviceViews(call: Call, instanceId: string): { DeviceName: string; Ebs: EbsInstanceBlockDevice }[] {
    return volumesOf(call.world, instanceId).map(({ id, attachment }) => ({
        DeviceName: attachment.device,
        Ebs: {
            VolumeId: id,
            Status: attachmentState(attachment, call.now) as "attached",
            AttachTime: new Date(attachment.since),
            DeleteOnTermination: attachment.deleteOnTermination,
        },
    }));
}
