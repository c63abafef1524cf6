import type { Filter, Tag } from "@aws-sdk/client-ec2";
import { labels } from "../../lifecycle/labels";
import type { EndingCalls, LeftoverCalls, Thing, ThingType } from "../leftovers/calls";
import type { Tags } from "../resource/calls";
import { volumesOf } from "./attach-calls";
import type { Clients } from "./clients";
import { importCalls } from "./import-calls";
import { call, filters, pages, tagsOf } from "./requests";
import { resourceCalls } from "./resource-calls";

type Ec2 = Clients["ec2"];

/** What can be looked for by tags and ids. */
type Filtered = Exclude<ThingType, "import">;

/** What cleaning up needs, by the SDK's clients. */
export function leftoverCalls(clients: Clients): LeftoverCalls {
    const { ec2 } = clients;
    const imports: EndingCalls = {
        ...importCalls(clients),
        untag: (ids, keys) => resourceCalls(clients).untag(ids, keys),
    };
    return {
        account: () => resourceCalls(clients).account(),
        things: async (query) => {
            const found = await Promise.all(Object.values(lists).map((list) => list(ec2, filters(query, ""))));
            return [...withImages(found.flat()), ...(await unfinishedImports(imports, query.tags))];
        },
        isThere: async ({ type, id }) => {
            const found = type === "import" ? [] : await lists[type](ec2, filters({ ids: [id] }, `${type}-id`));
            return found.length > 0;
        },
        remove: async ({ type, id }) => {
            if (type !== "import") await removals[type](ec2, id);
        },
        imports,
    };
}

/** Those that ended, and whose snapshot is somebody's, have no mark. */
async function unfinishedImports({ importTasks }: EndingCalls, tags: Tags): Promise<readonly Thing[]> {
    return (await importTasks())
        .filter((task) => labels.pending in task.tags)
        .filter((task) => Object.entries(tags).every(([key, value]) => task.tags[key] === value))
        .map(({ id, state, tags: own }) => ({ type: "import", id, state, partOf: [], tags: own }));
}

/** Volumes name what has them; of snapshots the images say so. */
type Listed = Thing & { readonly holds?: readonly string[] };

function withImages(all: readonly Listed[]): readonly Thing[] {
    return all.map(({ holds: _, ...each }) => {
        const images = all.filter(({ holds = [] }) => holds.includes(each.id)).map(({ id }) => id);
        return { ...each, partOf: [...each.partOf, ...images] };
    });
}

/** What a snapshot that was uploaded, copied or imported says that it is of. */
const noVolume = "vol-ffffffff";

/**
 * An image of an instance and a snapshot of a volume are backups, which have the tags of what they are of: nothing is left
 * behind as one. A final snapshot stays anyway.
 */
const lists: Readonly<Record<Filtered, (ec2: Ec2, Filters: Filter[]) => Promise<readonly Listed[]>>> = {
    instance: (ec2, Filters) =>
        call("ec2:DescribeInstances", async () => {
            const found = await pages((page) => ec2.describeInstances({ ...page, Filters }));
            return found
                .flatMap(({ Reservations = [] }) => Reservations)
                .flatMap(({ Instances = [] }) => Instances)
                .map(({ InstanceId, State, Tags }) => thing("instance", InstanceId, State?.Name, Tags))
                .filter(({ state }) => state !== "terminated");
        }),
    image: (ec2, Filters) =>
        call("ec2:DescribeImages", async () => {
            const all = { Owners: ["self"], IncludeDeprecated: true, IncludeDisabled: true };
            const found = await pages((page) => ec2.describeImages({ ...page, ...all, Filters }));
            return found
                .flatMap(({ Images = [] }) => Images)
                .filter(({ SourceInstanceId }) => SourceInstanceId === undefined)
                .map(({ ImageId, State, Tags, BlockDeviceMappings = [] }) => ({
                    ...thing("image", ImageId, State, Tags),
                    holds: BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
                }));
        }),
    snapshot: (ec2, Filters) =>
        call("ec2:DescribeSnapshots", async () => {
            const found = await pages((page) => ec2.describeSnapshots({ ...page, OwnerIds: ["self"], Filters }));
            return found
                .flatMap(({ Snapshots = [] }) => Snapshots)
                .filter(({ VolumeId = noVolume }) => VolumeId === noVolume)
                .map(({ SnapshotId, State, Tags }) => thing("snapshot", SnapshotId, State, Tags));
        }),
    volume: async (ec2, Filters) =>
        (await volumesOf(ec2, Filters)).map(({ id, state, tags, attachments }) => ({
            type: "volume" as const,
            id,
            state,
            tags,
            partOf: attachments.map(({ instance }) => instance),
        })),
};

function thing(type: ThingType, id = "", state = "", tags: readonly Tag[] | undefined): Thing {
    return { type, id, state, partOf: [], tags: tagsOf(tags) };
}

const removals: Readonly<Record<Filtered, (ec2: Ec2, id: string) => Promise<void>>> = {
    instance: (ec2, id) =>
        call("ec2:TerminateInstances", async () => void (await ec2.terminateInstances({ InstanceIds: [id] }))),
    image: (ec2, id) => call("ec2:DeregisterImage", async () => void (await ec2.deregisterImage({ ImageId: id }))),
    snapshot: (ec2, id) => call("ec2:DeleteSnapshot", async () => void (await ec2.deleteSnapshot({ SnapshotId: id }))),
    volume: (ec2, id) => call("ec2:DeleteVolume", async () => void (await ec2.deleteVolume({ VolumeId: id }))),
};
