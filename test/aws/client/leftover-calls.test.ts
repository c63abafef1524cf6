import type { Clients } from "../../../providers/aws/client/clients";
import { leftoverCalls } from "../../../providers/aws/client/leftover-calls";
import { labels } from "../../../providers/lifecycle/labels";

const Tags = [{ Key: labels.stack, Value: "ours" }];

/** Clients that know these images and snapshots, all with the stack's tag, and nothing else. */
function clientsOf(answers: { readonly Images: readonly object[]; readonly Snapshots: readonly object[] }): Clients {
    const ec2 = {
        describeInstances: () => Promise.resolve({}),
        describeVolumes: () => Promise.resolve({}),
        describeImportSnapshotTasks: () => Promise.resolve({}),
        describeImages: () => Promise.resolve({ Images: answers.Images }),
        describeSnapshots: () => Promise.resolve({ Snapshots: answers.Snapshots }),
    };
    return { ec2 } as unknown as Clients;
}

test("backups of volumes and instances, which have the tags of those, are not taken for left", async () => {
    const clients = clientsOf({
        Images: [
            { ImageId: "ami-backup", SourceInstanceId: "i-0123456789abcdef0", Tags },
            { ImageId: "ami-lost", Tags },
        ],
        Snapshots: [
            { SnapshotId: "snap-backup", VolumeId: "vol-0123456789abcdef0", Tags },
            { SnapshotId: "snap-lost", VolumeId: "vol-ffffffff", Tags },
        ],
    });
    const things = await leftoverCalls(clients).things({ tags: { [labels.stack]: "ours" } });
    expect(things.map(({ id }) => id)).toEqual(["ami-lost", "snap-lost"]);
});
