import type { Attachment, Volume } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";

export type AttachedVolume = Volume & { readonly attachment: Attachment };

/** Volumes that are attached to an instance, detaching ones included, by device. */
export function volumesOf({ tables }: World, instanceId: string): AttachedVolume[] {
    const isAttached = (volume: Volume): volume is AttachedVolume => volume.attachment?.instanceId === instanceId;
    return [...tables.volumes.values()]
        .filter(isAttached)
        .toSorted((one, other) => (one.attachment.device < other.attachment.device ? -1 : 1));
}
