import type { ImportTask, Snapshot } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import { taskState } from "./view.ts";

const GIB = 2 ** 30;

/** Ends imports whose time has come, and those whose disk is gone. */
export function settleImports(world: World): void {
    for (const task of world.tables.importTasks.values()) {
        if (taskState(task) === "active") {
            const disk = world.tables.objects.get(`${task.bucket}/${task.key}`);
            if (disk?.etag !== task.etag) {
                endImport(world, task, "ClientError: Disk validation failed [The given S3 object cannot be read]");
            } else if (task.sizeBytes === 0) {
                endImport(world, task, "ClientError: Disk validation failed [The disk is empty]");
            } else if (world.clock.now() >= task.completesAt) {
                complete(world, task);
            }
        }
    }
}

export function endImport(world: World, task: ImportTask, reason: string): void {
    task.failure = reason;
    world.blocks.remove(task.id);
}

/** The snapshot has none of the task's tags. */
function complete(world: World, task: ImportTask): void {
    const { snapshotId: id, kmsKeyArn } = task;
    const snapshot: Snapshot = {
        id,
        account: task.account,
        region: task.region,
        createdAt: task.completesAt,
        visibleAt: task.completesAt,
        tags: {},
        volumeId: "vol-ffffffff",
        volumeSize: Math.ceil(task.sizeBytes / GIB),
        description: `Created by AWS-VMImport service for ${task.id}`,
        lineage: id,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        timeoutMs: 0,
        lastActivityAt: task.completesAt,
        completesAt: task.completesAt,
        sharedWith: [],
    };
    world.blocks.create(id, world.blocks.all(task.id));
    world.blocks.remove(task.id);
    world.tables.snapshots.set(id, snapshot);
    task.completed = true;
}
