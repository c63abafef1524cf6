import type { VolumeCalls, VolumeChange, VolumeRequest } from "../volume/calls";
import { attachCalls, volumesOf } from "./attach-calls";
import type { Clients } from "./clients";
import { call, filters, pages, tagList, tagsOf } from "./requests";
import { resourceCalls } from "./resource-calls";

/** A volume's calls by the SDK's clients. */
export function volumeCalls(clients: Clients): VolumeCalls {
    const { ec2 } = clients;
    return {
        ...resourceCalls(clients),
        holder: (id) => attachCalls(clients).holder(id),
        createVolume: (request) =>
            call("ec2:CreateVolume", async () => (await ec2.createVolume(creation(request))).VolumeId ?? ""),
        volumes: (query) => volumesOf(ec2, filters(query, "volume-id")),
        modifyVolume: async (VolumeId, change) => {
            await call("ec2:ModifyVolume", () => ec2.modifyVolume({ VolumeId, Size: change.sizeGiB, ...kind(change) }));
        },
        modification: (id) =>
            call("ec2:DescribeVolumesModifications", async () => {
                const asked = { Filters: filters({ ids: [id] }, "volume-id") };
                const { VolumesModifications = [] } = await ec2.describeVolumesModifications(asked);
                const [last] = VolumesModifications.toSorted(
                    (one, other) => (other.StartTime?.getTime() ?? 0) - (one.StartTime?.getTime() ?? 0),
                );
                return last === undefined
                    ? undefined
                    : {
                          state: last.ModificationState ?? "",
                          started: last.StartTime?.getTime() ?? 0,
                          ...(last.StatusMessage === undefined ? {} : { reason: last.StatusMessage }),
                      };
            }),
        deleteVolume: async (VolumeId) => {
            await call("ec2:DeleteVolume", () => ec2.deleteVolume({ VolumeId }));
        },
        ...snapshotCalls(clients),
    };
}

function snapshotCalls({
    ec2,
}: Pick<Clients, "ec2">): Pick<VolumeCalls, "createSnapshot" | "snapshotsOf" | "deleteSnapshot"> {
    return {
        createSnapshot: (VolumeId, Description, tags) =>
            call("ec2:CreateSnapshot", async () => {
                const TagSpecifications = [{ ResourceType: "snapshot" as const, Tags: tagList(tags) }];
                return (await ec2.createSnapshot({ VolumeId, Description, TagSpecifications })).SnapshotId ?? "";
            }),
        snapshotsOf: (volume) =>
            call("ec2:DescribeSnapshots", async () => {
                const Filters = [{ Name: "volume-id", Values: [volume] }];
                const found = await pages((page) => ec2.describeSnapshots({ ...page, OwnerIds: ["self"], Filters }));
                return found
                    .flatMap(({ Snapshots = [] }) => Snapshots)
                    .map(({ SnapshotId = "", State = "", StateMessage, Tags }) => ({
                        id: SnapshotId,
                        state: State,
                        ...(StateMessage === undefined ? {} : { reason: StateMessage }),
                        tags: tagsOf(Tags),
                    }));
            }),
        deleteSnapshot: async (SnapshotId) => {
            await call("ec2:DeleteSnapshot", () => ec2.deleteSnapshot({ SnapshotId }));
        },
    };
}

function creation(request: VolumeRequest): Parameters<Clients["ec2"]["createVolume"]>[0] {
    const { token, zone, sizeGiB, snapshot, encrypted, kmsKey, tags } = request;
    return {
        AvailabilityZone: zone,
        ClientToken: token,
        ...(sizeGiB === undefined ? {} : { Size: sizeGiB }),
        ...kind(request),
        ...(snapshot === undefined ? {} : { SnapshotId: snapshot }),
        ...(encrypted === undefined ? {} : { Encrypted: true }),
        ...(kmsKey === undefined ? {} : { KmsKeyId: kmsKey }),
        TagSpecifications: [{ ResourceType: "volume", Tags: tagList(tags) }],
    };
}

function kind({ type, iops, throughput }: Pick<VolumeChange, "type" | "iops" | "throughput">): object {
    return {
        VolumeType: type,
        ...(iops === undefined ? {} : { Iops: iops }),
        ...(throughput === undefined ? {} : { Throughput: throughput }),
    };
}
