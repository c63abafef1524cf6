import { removeVerified } from "../../lifecycle/removal";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { isAbsent } from "../client/errors";
import { waitOf } from "../resource/attempt";
import type { Attempt } from "./environment";
import { inUse, isEnding } from "./hand-over";

/**
 * Deletes a volume and asks until it is gone; one that is not there is a success.
 * @throws LinuxKitError `volume-in-use`, `timed-out`
 */
export async function deleteVolume(
    attempt: Attempt,
    steps: Pick<Steps, "signal">,
    id: string,
    freshness: { readonly isFresh?: boolean } = {},
): Promise<void> {
    const { calls } = attempt;
    const volume = {
        ...freshness,
        remove: async () => {
            await freed(attempt, steps, id);
            return removed(attempt, id);
        },
        isThere: async () => (await calls.volumes({ ids: [id] })).some(({ state }) => state !== "deleted"),
    };
    await removeVerified(`the volume ${id}`, volume, waitOf(attempt, steps));
}

async function removed({ calls }: Attempt, id: string): Promise<boolean> {
    try {
        await calls.deleteVolume(id);
        return true;
    } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
    }
}

/**
 * Waits until no instance has a volume: AWS takes it off one that is terminated, and for a detachment that was asked for.
 * @throws LinuxKitError `volume-in-use` when an instance has it that stays
 */
export async function freed(attempt: Attempt, steps: Pick<Steps, "signal">, id: string): Promise<void> {
    const { calls } = attempt;
    const look = async (): Promise<true | undefined> => {
        const [volume] = await calls.volumes({ ids: [id] });
        const attachment = volume?.attachments[0];
        if (volume === undefined || (attachment === undefined && volume.state !== "creating")) {
            return true;
        }
        const holder = attachment === undefined ? undefined : await calls.holder(attachment.instance);
        if (holder !== undefined && attachment?.state !== "detaching" && !isEnding(holder)) {
            throw inUse(id, holder);
        }
        return undefined;
    };
    await waitFor(`the volume ${id} to be free`, look, waitOf(attempt, steps));
}
