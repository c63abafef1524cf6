import type { VolumeAttachmentState, VolumeState } from "@aws-sdk/client-ec2";
import type { Attachment, Volume } from "../../world/tables.ts";

export function volumeState({ availableAt, attachment }: Volume, now: number): VolumeState {
    if (now < availableAt) {
        return "creating";
    }
    return attachment === undefined ? "available" : "in-use";
}

export function attachmentState({ attachedAt, detachedAt }: Attachment, now: number): VolumeAttachmentState {
    if (detachedAt !== undefined) {
        // What is over its time is still here since a guest has not let go of it.
        return now < detachedAt ? "detaching" : "busy";
    }
    return now < attachedAt ? "attaching" : "attached";
}
