import type { Image } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";

/** Registered images that a snapshot is part of. */
export function imagesWith({ tables }: World, snapshotId: string): Image[] {
    return [...tables.images.values()].filter(
        (image) => image.deregisteredAt === undefined && snapshotsOf(image).includes(snapshotId),
    );
}

export function snapshotsOf({ mappings }: Image): string[] {
    return mappings.flatMap(({ Ebs }) => (Ebs?.SnapshotId === undefined ? [] : [Ebs.SnapshotId]));
}
