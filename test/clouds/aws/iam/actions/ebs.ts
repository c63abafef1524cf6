import type { ListChangedBlocksRequest, StartSnapshotRequest } from "@aws-sdk/client-ebs";
import type { Call } from "../../world/call.ts";
import type { Need } from "../evaluate.ts";
import { arnOf, createTagsNeed, need, requestTags } from "../resources.ts";
import type { Needs } from "./ec2.ts";

/** Of a snapshot, with its own tags and what it was started with. */
function onSnapshot(call: Call, id: string): Need {
    const snapshot = call.world.tables.snapshots.get(id);
    const tags = Object.entries(snapshot?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
    return need(call, `ebs:${call.operation}`, arnOf(call, "snapshot", id), {
        ...(Object.fromEntries(tags) as Record<string, string>),
        "ebs:Description": snapshot?.description,
        "ebs:VolumeSize": snapshot?.volumeSize,
    });
}

const SNAPSHOT = (call: Call, { SnapshotId }: { SnapshotId?: string | undefined }): Need[] => [
    onSnapshot(call, SnapshotId ?? ""),
];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticblockstore.html */
export const EBS_NEEDS: Readonly<Record<string, Needs>> = {
    StartSnapshot: (call, input: StartSnapshotRequest) => {
        const tags = Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
        const parent = input.ParentSnapshotId;
        const resource = arnOf(call, "snapshot", "*");
        return [
            need(call, "ebs:StartSnapshot", resource, {
                ...requestTags(tags),
                "ebs:Description": input.Description,
                "ebs:VolumeSize": input.VolumeSize,
                "ebs:ParentSnapshot": parent === undefined ? undefined : arnOf(call, "snapshot", parent),
            }),
            ...(Object.keys(tags).length === 0 ? [] : [createTagsNeed(call, resource, tags)]),
        ];
    },
    PutSnapshotBlock: SNAPSHOT,
    CompleteSnapshot: SNAPSHOT,
    ListSnapshotBlocks: SNAPSHOT,
    GetSnapshotBlock: SNAPSHOT,
    ListChangedBlocks: (call, { FirstSnapshotId, SecondSnapshotId }: ListChangedBlocksRequest) =>
        [FirstSnapshotId, SecondSnapshotId].filter((id) => id !== undefined).map((id) => onSnapshot(call, id)),
};
