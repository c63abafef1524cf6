import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { Attempt } from "./attempt";
import type { ImageEnvironment } from "./environment";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
import { identityLabel } from "../../lifecycle/identity";
import { readSettings } from "./settings";

/** Changes what can be changed in place, by what the image has now: an update that was cut off is gone on with. */
export async function update(
    environment: ImageEnvironment,
    steps: Steps,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<{ outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.createMilliseconds);
    requireAccount(attempt, id, olds);
    const [image] = await steps.run("look at the image", () => attempt.calls.images({ ids: [id] }));
    if (image === undefined) {
        throw new LinuxKitError(
            "image-gone",
            `the image ${id} is gone from ${settings.region}: run \`pulumi refresh\`, then \`pulumi up\`, which uploads it again`,
            { image: id },
        );
    }
    await moveOwnership(attempt, steps, olds);
    await reconcile(attempt, steps, image);
    return { outs: outputs(attempt, image, inputs) };
}

/** A resource that was renamed with an alias keeps what it made, the versions that it keeps too. */
async function moveOwnership({ calls, settings }: Attempt, steps: Steps, olds: Properties): Promise<void> {
    const former = identityLabel(readSettings(olds));
    if (former === identityLabel(settings)) {
        return;
    }
    const query = { tags: { [labels.identity]: former } };
    const images = await steps.run("look for what it was called before", () => calls.images(query));
    const ids = images.flatMap((image) => [image.id, ...image.snapshots]);
    if (ids.length > 0) {
        await steps.run("mark it with its new name", () => calls.tag(ids, ownershipLabels(settings.identity)));
    }
}
