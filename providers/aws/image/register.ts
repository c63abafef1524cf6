import { LinuxKitError } from "../../../sdk/assembly/error";
import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { awsCode } from "../client/errors";
import { waitOf } from "../resource/attempt";
import type { Attempt } from "./attempt";
import type { MachineImage, RegisterRequest } from "./calls";
import { identityLabel } from "../../lifecycle/identity";
import { type ImageSettings, imageDigest, tagsWhileMade } from "./settings";

export function registerRequest({ settings, pending }: Attempt, snapshot: string, sizeGiB: number): RegisterRequest {
    const { name, description, disk, bootMode, imdsSupport, tpmSupport } = settings;
    return {
        name,
        description,
        architecture: disk.image.architecture === "arm64" ? "arm64" : "x86_64",
        bootMode,
        ...(imdsSupport === undefined ? {} : { imdsSupport }),
        ...(tpmSupport === undefined ? {} : { tpmSupport }),
        snapshot,
        sizeGiB,
        tags: tagsWhileMade(settings, imageDigest(settings), pending),
    };
}

/**
 * Registers an image; RegisterImage has no token, so one of that name which is this resource's and was not finished is what
 * an earlier request of the same made.
 * @throws LinuxKitError `image-name-taken`
 */
export async function registerOrFind(attempt: Attempt, steps: Steps, request: RegisterRequest): Promise<string> {
    const { calls, settings } = attempt;
    try {
        return await calls.registerImage(request);
    } catch (error) {
        if (awsCode(error) !== "InvalidAMIName.Duplicate") {
            throw error;
        }
        const found = await waitFor(
            `the image ${request.name} to be shown`,
            async () => (await calls.images({ name: request.name }))[0],
            waitOf(attempt, steps),
        );
        const isOurs =
            found.tags[labels.identity] === identityLabel(settings) &&
            found.tags[labels.digest] === request.tags[labels.digest] &&
            found.tags[labels.pending] !== undefined;
        if (isOurs) {
            return found.id;
        }
        throw nameTaken(settings, request.name, error);
    }
}

export function nameTaken({ region }: ImageSettings, name: string, cause: unknown): LinuxKitError {
    const { message } = cause as Error;
    return new LinuxKitError(
        "image-name-taken",
        `name: ${region} has an image called ${JSON.stringify(name)} already: choose another name, leave it out, or delete that image (${message})`,
        { name },
        { cause },
    );
}

/** @throws LinuxKitError `image-failed`, `timed-out` */
export async function available(attempt: Attempt, steps: Steps, id: string): Promise<MachineImage> {
    const look = async (): Promise<MachineImage | undefined> => {
        const [found] = await attempt.calls.images({ ids: [id] });
        if (found !== undefined && !["pending", "transient", "available"].includes(found.state)) {
            throw new LinuxKitError(
                "image-failed",
                `AWS could not make the image ${id}: it is ${found.state}: ${found.reason ?? "it gives no reason"}`,
                { image: id, state: found.state },
            );
        }
        return found?.state === "available" ? found : undefined;
    };
    return waitFor(`the image ${id} to be available`, look, waitOf(attempt, steps));
}
