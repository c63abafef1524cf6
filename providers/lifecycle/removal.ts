import { type Wait, waitFor } from "./wait";

export interface Removable {
    /** False when there is no such thing. */
    readonly remove: () => Promise<boolean>;
    readonly isThere: () => Promise<boolean>;
    /** Whether it was made moments ago: then a cloud may not know it yet, and "no such thing" does not say that it is gone. */
    readonly isFresh?: boolean;
}

const freshMilliseconds = 60_000;

/**
 * Removes a thing and asks until it is gone; one that is not there is a success.
 * @param what "the snapshot snap-1"
 */
export async function removeVerified(what: string, thing: Removable, wait: Wait): Promise<void> {
    const { clock, signal } = wait;
    const end = thing.isFresh === true ? Math.min(wait.deadline, clock.now() + freshMilliseconds) : 0;
    while (!(await thing.remove())) {
        if (clock.now() >= end) {
            return;
        }
        await clock.sleep(2000, signal);
    }
    await waitFor(`${what} to be gone`, async () => ((await thing.isThere()) ? undefined : true), wait);
}
