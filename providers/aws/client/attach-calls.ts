import type * as ec2Module from "@aws-sdk/client-ec2";
import type { AttachCalls, Volume } from "../volume/attach-calls";
import type { Clients } from "./clients";
import { call, filters, pages, tagsOf } from "./requests";

/** What attaching needs, by the SDK's clients. */
export function attachCalls({ ec2 }: Pick<Clients, "ec2">): AttachCalls {
    return {
        volumesById: (ids) => volumesOf(ec2, filters({ ids }, "volume-id")),
        holder: (id) =>
            call("ec2:DescribeInstances", async () => {
                const { Reservations = [] } = await ec2.describeInstances({
                    Filters: filters({ ids: [id] }, "instance-id"),
                });
                const [found] = Reservations.flatMap(({ Instances = [] }) => Instances);
                return found === undefined
                    ? undefined
                    : { id, state: found.State?.Name ?? "", tags: tagsOf(found.Tags) };
            }),
        attachVolume: async (VolumeId, InstanceId, Device) => {
            await call("ec2:AttachVolume", () => ec2.attachVolume({ VolumeId, InstanceId, Device }));
        },
        detachVolume: async (VolumeId, InstanceId) => {
            await call("ec2:DetachVolume", () => ec2.detachVolume({ VolumeId, InstanceId }));
        },
        stopInstance: async (id) => {
            await call("ec2:StopInstances", () => ec2.stopInstances({ InstanceIds: [id] }));
        },
    };
}

export function volumesOf(ec2: Clients["ec2"], Filters: ec2Module.Filter[]): Promise<readonly Volume[]> {
    return call("ec2:DescribeVolumes", async () => {
        const found = await pages((page) => ec2.describeVolumes({ ...page, Filters }));
        return found.flatMap(({ Volumes = [] }) => Volumes.map(volume));
    });
}

function volume(given: ec2Module.Volume): Volume {
    const { Iops, Throughput, KmsKeyId, SnapshotId, Attachments = [] } = given;
    return {
        id: given.VolumeId ?? "",
        state: given.State ?? "",
        zone: given.AvailabilityZone ?? "",
        sizeGiB: given.Size ?? 0,
        type: given.VolumeType ?? "",
        ...(Iops === undefined ? {} : { iops: Iops }),
        ...(Throughput === undefined ? {} : { throughput: Throughput }),
        encrypted: given.Encrypted === true,
        ...(KmsKeyId === undefined ? {} : { kmsKey: KmsKeyId }),
        ...(SnapshotId === undefined || SnapshotId === "" ? {} : { snapshot: SnapshotId }),
        created: given.CreateTime?.getTime() ?? 0,
        attachments: Attachments.map(({ InstanceId = "", Device = "", State = "" }) => ({
            instance: InstanceId,
            device: Device,
            state: State,
        })),
        tags: tagsOf(given.Tags),
    };
}
