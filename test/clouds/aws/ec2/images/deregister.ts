import type { DeleteSnapshotReturnCode, DeregisterImageRequest, DeregisterImageResult } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import { permits } from "../../iam/evaluate.ts";
import { existingNeed } from "../../iam/resources.ts";
import type { Call } from "../../world/call.ts";
import type { Image } from "../../world/tables.ts";
import { removeSnapshot } from "../snapshots/change.ts";
import { ownImage } from "./find.ts";
import { imagesWith, snapshotsOf } from "./uses.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html */
export function deregisterImage(call: Call, input: DeregisterImageRequest): DeregisterImageResult {
    const image = ownImage(call, input.ImageId!);
    if (isProtected(image, call.now)) {
        const message = `The image ${image.id} can't be deregistered because deregistration protection is enabled`;
        throw new Failure("OperationNotPermitted", message);
    }
    image.deregisteredAt = call.now;
    image.tags = {};
    return input.DeleteAssociatedSnapshots === true
        ? { Return: true, DeleteSnapshotResults: snapshotsOf(image).map((id) => deleteWithImage(call, id)) }
        : { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html */
function isProtected({ protection, protectedUntil }: Image, now: number): boolean {
    return protection !== "disabled" || (protectedUntil !== undefined && now < protectedUntil);
}

function deleteWithImage(call: Call, id: string): DeleteSnapshotReturnCode {
    const snapshot = call.world.tables.snapshots.get(id);
    if (imagesWith(call.world, id).length > 0) {
        return { SnapshotId: id, ReturnCode: "skipped" };
    }
    if (
        snapshot?.account !== call.account ||
        !permits(call, existingNeed(call, "snapshot", id, {}, "DeleteSnapshot"))
    ) {
        return { SnapshotId: id, ReturnCode: "missing-permissions" };
    }
    removeSnapshot(call, snapshot);
    return { SnapshotId: id, ReturnCode: "success" };
}
