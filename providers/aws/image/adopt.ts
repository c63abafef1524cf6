import { LinuxKitError } from "../../../sdk/assembly/error";
import { requireAbandoned } from "../../lifecycle/attempt";
import type { Properties } from "../../lifecycle/handler";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { watchOf } from "../resource/attempt";
import type { Attempt } from "./attempt";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
import { available } from "./register";
import { imageDigest } from "./settings";

/**
 * Takes up an image that a resource of this kind made and no state has: it must hold what is declared, since its bytes do
 * not tell what they were made from.
 * @throws LinuxKitError `image-not-adopted`, `attempt-running` when another process makes it just now
 */
export async function adopt(
    attempt: Attempt,
    steps: Steps,
    id: string,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const { calls, settings } = attempt;
    const [image] = await steps.run("look at the image", () => calls.images({ ids: [id] }));
    if (image === undefined) {
        throw refusal(attempt, id, `account ${attempt.account} has no such image in ${settings.region}`);
    }
    if (image.tags[labels.digest] === undefined) {
        throw refusal(attempt, id, "it was not made by linuxkit.aws.Image, so what it holds cannot be told");
    }
    if (image.tags[labels.digest] !== imageDigest(settings)) {
        throw refusal(attempt, id, "it holds another image than is declared, or is registered in another way");
    }
    if (settings.isNamed && image.name !== settings.name) {
        throw refusal(attempt, id, `it is called ${JSON.stringify(image.name)}: declare that name, or none`);
    }
    const pending = image.tags[labels.pending];
    if (pending !== undefined) {
        await requireAbandoned(pending, `the image ${id}`, watchOf(attempt, steps));
    }
    const owner = ownershipLabels(settings.identity);
    await steps.run("make it this resource's", () => calls.tag([id, ...image.snapshots], owner));
    await reconcile(attempt, steps, await available(attempt, steps, id));
    const marks = [labels.pending, labels.retained];
    await steps.run("take the marks off", () => calls.untag([id, ...image.snapshots], marks));
    return { id, outs: outputs(attempt, image, inputs) };
}

function refusal({ settings }: Attempt, id: string, reason: string): LinuxKitError {
    return new LinuxKitError("image-not-adopted", `adopt.id: ${id}: ${reason}; without adopt the image is uploaded`, {
        image: id,
        region: settings.region,
    });
}
