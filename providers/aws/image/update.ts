import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "./account";
import { openAttempt } from "./attempt";
import type { ImageEnvironment } from "./environment";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
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
    await reconcile(attempt, steps, image);
    return { outs: outputs(attempt, image, inputs) };
}
