import { LinuxKitError } from "../../sdk/assembly/error";
import type { Clock } from "./clock";

export interface Wait {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** When to give up, in milliseconds since 1970. */
    readonly deadline: number;
    /** Pause after the first look, in milliseconds; each is half as long again as the one before, up to 15 seconds. */
    readonly firstPause?: number;
}

const longestPause = 15_000;

/**
 * Looks until there is something, at least once.
 * @param what what is waited for: "the snapshot snap-1 to be completed"
 * @throws LinuxKitError `timed-out`
 */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>, wait: Wait): Promise<T> {
    const { clock, signal, deadline } = wait;
    for (let pause = wait.firstPause ?? 1000; ; pause = Math.min(pause * 1.5, longestPause)) {
        signal.throwIfAborted();
        const found = await look();
        if (found !== undefined) {
            return found;
        }
        if (clock.now() >= deadline) {
            throw new LinuxKitError(
                "timed-out",
                `timed out while waiting for ${what}: give it more time with \`timeouts\`, or run the command again, which goes on from here`,
                { what },
            );
        }
        await clock.sleep(Math.min(pause, Math.max(deadline - clock.now(), 1)), signal);
    }
}
