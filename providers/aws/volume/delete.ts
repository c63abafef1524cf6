import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { VolumeEnvironment } from "./environment";
import { takeFinalSnapshot } from "./final-snapshot";
import { salvageLeft } from "./left";
import { isThere } from "./read";
import { readSettings } from "./settings";
import { deleteVolume, freed } from "./take-away";

/**
 * Deletes a volume with its data, and asks until it is gone; with `finalSnapshot` once a snapshot of it is whole. What an
 * attempt left to replace it goes too.
 */
export async function remove(
    environment: VolumeEnvironment,
    steps: Steps,
    id: string,
    outs: Properties,
): Promise<void> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    await steps.run("see that no instance has it", () => freed(attempt, steps, id));
    const [volume] = await steps.run("look at the volume", () => attempt.calls.volumes({ ids: [id] }));
    if (settings.finalSnapshot && isThere(volume)) {
        await takeFinalSnapshot(attempt, steps, volume);
    }
    await steps.run("record the deletion", () => environment.journal.markDeletion(id));
    await steps.run("delete the volume", () => deleteVolume(attempt, steps, id));
    await salvageLeft(attempt, steps, false);
    await steps.run("record that it is deleted", () => environment.journal.unmarkDeletion(id));
}
