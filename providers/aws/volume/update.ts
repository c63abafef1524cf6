import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { identityLabel } from "../../lifecycle/identity";
import { ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { VolumeEnvironment } from "./environment";
import { outputs } from "./outputs";
import { isThere } from "./read";
import { reconcile } from "./reconcile";
import { readSettings } from "./settings";

/** Changes what can be changed in place, by what the volume has now: an update that was cut off is gone on with. */
export async function update(
    environment: VolumeEnvironment,
    steps: Steps,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<{ outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.createMilliseconds);
    requireAccount(attempt, id, olds);
    const [volume] = await steps.run("look at the volume", () => attempt.calls.volumes({ ids: [id] }));
    if (!isThere(volume)) {
        throw new LinuxKitError(
            "volume-gone",
            `the volume ${id} is gone from ${settings.region}: run \`pulumi refresh\`, then \`pulumi up\`, which makes another one`,
            { volume: id },
        );
    }
    if (identityLabel(readSettings(olds)) !== identityLabel(settings)) {
        const own = ownershipLabels(settings.identity);
        await steps.run("mark it with its new name", () => attempt.calls.tag([id], own));
    }
    const now = await reconcile(attempt, steps, volume);
    await steps.run("forget a deletion that was cut off", () => environment.journal.unmarkDeletion(id));
    return { outs: outputs(attempt, now, inputs) };
}
