import { setTimeout as delay } from "node:timers/promises";

/** Time as operations see it; tests hand in their own. */
export interface Clock {
    /** Milliseconds since 1970. */
    now(): number;
    /** @throws the signal's reason, as soon as it is aborted */
    sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
        signal?.throwIfAborted();
        await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
            signal?.throwIfAborted();
            throw error;
        });
    },
};
