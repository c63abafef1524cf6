import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import type { Image } from "../../world/tables.ts";
import { find, findOwn, IMAGE, notFound } from "../query/find.ts";

export function mayLaunch({ account, sharedWith }: Image, caller: string): boolean {
    return account === caller || sharedWith.includes(caller) || sharedWith.includes("all");
}

export function imageState(
    { availableAt, disabled, failed }: Image,
    now: number,
): "pending" | "available" | "disabled" | "failed" {
    if (failed === true) {
        return "failed";
    }
    if (now < availableAt) {
        return "pending";
    }
    return disabled ? "disabled" : "available";
}

/** @throws Failure where it is not there, or was deregistered */
export function ownImage(call: Call, id: string): Image {
    return registered(findOwn(call, IMAGE, call.world.tables.images, id));
}

/**
 * An image that an instance can be launched from, or that can be copied.
 * @throws Failure where it is not there, not the caller's to use, or not available
 */
export function usableImage(call: Call, id: string): Image {
    const image = registered(find(call, IMAGE, call.world.tables.images, id));
    if (!mayLaunch(image, call.account)) {
        throw new Failure("AuthFailure", `Not authorized for images: [${id}]`, 403);
    }
    const state = imageState(image, call.now);
    if (state !== "available") {
        throw new Failure("InvalidAMIID.Unavailable", `The image ID '${id}' is ${state}`);
    }
    return image;
}

function registered(image: Image): Image {
    if (image.deregisteredAt !== undefined) {
        throw notFound(IMAGE, image.id);
    }
    return image;
}
