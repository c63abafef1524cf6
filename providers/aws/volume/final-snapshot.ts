import { LinuxKitError } from "../../../sdk/assembly/error";
import { called } from "../../lifecycle/identity";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { isAbsent } from "../client/errors";
import { waitOf } from "../resource/attempt";
import { usersTags } from "../resource/tags";
import type { Volume } from "./attach-calls";
import type { VolumeSnapshot } from "./calls";
import type { Attempt } from "./environment";

/**
 * Takes a snapshot of a volume that is about to be deleted, with its tags, and waits until it is whole. CreateSnapshot has no
 * token, and what an earlier deletion that was cut off took may be older than the data: so it is always a new one, and those
 * of earlier deletions go once it is whole.
 * @throws LinuxKitError `snapshot-failed`, `timed-out`
 */
export async function takeFinalSnapshot(attempt: Attempt, steps: Steps, volume: Volume): Promise<void> {
    const { calls, environment, settings } = attempt;
    const seconds = String(Math.floor(environment.clock.now() / 1000));
    const tags = { ...usersTags(volume.tags), ...ownershipLabels(settings.identity), [labels.retained]: seconds };
    const description = `Final snapshot of ${volume.id}, ${called(settings.identity)}`.slice(0, 255);
    const id = await steps.run("take a final snapshot", () => calls.createSnapshot(volume.id, description, tags));
    environment.progress({ message: `waiting for the final snapshot ${id}` });
    await steps.run("wait for the snapshot", () => completed(attempt, steps, volume.id, id));
    environment.note(`the final snapshot ${id} of the volume ${volume.id} stays in ${settings.region}`);
    const all = await steps.run("look for earlier ones", () => calls.snapshotsOf(volume.id));
    for (const earlier of all.filter((snapshot) => snapshot.id !== id && isFinal(attempt, snapshot))) {
        await steps.run("delete an earlier one", () => unlessAbsent(() => calls.deleteSnapshot(earlier.id)));
    }
}

function isFinal({ settings }: Attempt, { tags }: VolumeSnapshot): boolean {
    const isOurs = Object.entries(ownershipLabels(settings.identity)).every(([key, value]) => tags[key] === value);
    return isOurs && labels.retained in tags;
}

async function completed(attempt: Attempt, steps: Steps, volume: string, id: string): Promise<void> {
    const look = async (): Promise<true | undefined> => {
        const found = (await attempt.calls.snapshotsOf(volume)).find((snapshot) => snapshot.id === id);
        if (found?.state === "error") {
            throw new LinuxKitError(
                "snapshot-failed",
                `AWS could not finish the final snapshot ${id}: ${found.reason ?? "it gives no reason"}; the volume ${volume} is left as it is`,
                { snapshot: id, volume },
            );
        }
        return found?.state === "completed" ? true : undefined;
    };
    await waitFor(`the final snapshot ${id} to be completed`, look, waitOf(attempt, steps));
}

async function unlessAbsent(call: () => Promise<void>): Promise<void> {
    try {
        await call();
    } catch (error) {
        if (!isAbsent(error)) throw error;
    }
}
