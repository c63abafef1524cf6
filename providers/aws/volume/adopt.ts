import { LinuxKitError } from "../../../sdk/assembly/error";
import { requireAbandoned } from "../../lifecycle/attempt";
import type { Properties } from "../../lifecycle/handler";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { watchOf } from "../resource/attempt";
import type { Volume } from "./attach-calls";
import type { Attempt } from "./environment";
import { outputs } from "./outputs";
import { isThere } from "./read";
import { reconcile } from "./reconcile";

/**
 * Takes up a volume that is there, with its data; it becomes what is declared as far as AWS can change it.
 * @throws LinuxKitError `volume-not-adopted`
 */
export async function adopt(
    attempt: Attempt,
    steps: Steps,
    id: string,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const { calls, settings } = attempt;
    const [volume] = await steps.run("look at the volume", () => calls.volumes({ ids: [id] }));
    const problem = isThere(volume) ? problemOf(attempt, volume) : `account ${attempt.account} has no such volume`;
    if (!isThere(volume) || problem !== undefined) {
        throw new LinuxKitError(
            "volume-not-adopted",
            `adopt.id: ${id}: ${problem} (${settings.region}); without adopt a new volume is made`,
            { volume: id, region: settings.region },
        );
    }
    const pending = volume.tags[labels.pending];
    if (pending !== undefined) {
        await requireAbandoned(pending, `the volume ${id}`, watchOf(attempt, steps));
    }
    await steps.run("make it this resource's", () => calls.tag([id], ownershipLabels(settings.identity)));
    const now = await reconcile(attempt, steps, volume);
    await steps.run("take the mark off", () => calls.untag([id], [labels.pending]));
    return { id, outs: outputs(attempt, now, inputs) };
}

function problemOf({ settings }: Attempt, volume: Volume): string | undefined {
    const { zone, sizeGiB, encrypted, kmsKey } = settings;
    if (volume.zone !== zone) {
        return `it is in ${volume.zone}, and declared in ${zone}`;
    }
    if (sizeGiB !== undefined && sizeGiB < volume.sizeGiB) {
        return `it has ${volume.sizeGiB} GiB, and AWS cannot make it smaller: declare that size or more`;
    }
    if (encrypted && !volume.encrypted) {
        return "it is not encrypted, and declared to be";
    }
    return kmsKey !== undefined && kmsKey !== volume.kmsKey ? "it is encrypted with another key" : undefined;
}
