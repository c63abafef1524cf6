import type { CreateSnapshotRequest, Snapshot as SnapshotView } from "@aws-sdk/client-ec2";
import { open } from "node:fs/promises";
import { Failure } from "../../protocol/failure.ts";
import { BLOCK_BYTES } from "../../world/blocks.ts";
import type { Call } from "../../world/call.ts";
import { newResource } from "../../world/call.ts";
import type { Snapshot, Volume } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { newId } from "../../world/world.ts";
import { findOwn, VOLUME } from "../query/find.ts";
import { tagsFor } from "../tags/tag-set.ts";
import { volumeState } from "../volumes/state.ts";
import { snapshotView } from "./describe.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html: of the data at this moment. */
export async function createSnapshot(call: Call, input: CreateSnapshotRequest): Promise<SnapshotView> {
    const { world, now } = call;
    const volume = findOwn(call, VOLUME, world.tables.volumes, input.VolumeId!);
    const tags = tagsFor(input.TagSpecifications, "snapshot");
    if (volumeState(volume, now) === "creating") {
        throw new Failure("IncorrectState", `The volume '${volume.id}' is 'creating'`);
    }
    const id = newId("snap");
    const { kmsKeyArn } = volume;
    const snapshot: Snapshot = {
        ...newResource(call, id, tags),
        volumeId: volume.id,
        volumeSize: volume.sizeGib,
        description: input.Description ?? "",
        lineage: volume.id,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        timeoutMs: 0,
        lastActivityAt: now,
        completesAt: now + world.settings.snapshotCompletionMs,
        sharedWith: [],
    };
    await fill(world, id, volume);
    world.tables.snapshots.set(id, snapshot);
    return snapshotView(call, snapshot);
}

/** From the disk that guests write to, where there is one, else from what the volume was made of. */
async function fill(world: World, holder: string, volume: Volume): Promise<void> {
    const file = world.guests.disk(volume.id);
    if (file === undefined) {
        world.blocks.create(holder, world.blocks.all(volume.id));
        return;
    }
    world.blocks.create(holder);
    const disk = await open(file);
    try {
        const { size } = await disk.stat();
        for (let from = 0; from < size; from += BLOCK_BYTES) {
            const data = Buffer.alloc(BLOCK_BYTES);
            await disk.read(data, 0, BLOCK_BYTES, from);
            if (data.some((byte) => byte !== 0)) {
                await world.blocks.write(holder, from / BLOCK_BYTES, data, () => {});
            }
        }
    } finally {
        await disk.close();
    }
}
