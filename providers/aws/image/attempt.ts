import { type AttemptWatch, pendingLabel } from "../../lifecycle/attempt";
import type { Steps } from "../../lifecycle/steps";
import type { Wait } from "../../lifecycle/wait";
import { isAbsent } from "../client/errors";
import type { ImageCalls } from "./calls";
import type { ImageEnvironment } from "./environment";
import type { ImageSettings } from "./settings";

/** One run of an operation, with what it reaches AWS through. */
export interface Attempt {
    readonly environment: ImageEnvironment;
    readonly settings: ImageSettings;
    readonly calls: ImageCalls;
    readonly account: string;
    /** Label of what it makes. */
    readonly pending: string;
    /** When its waits give up, in milliseconds since 1970. */
    readonly deadline: number;
}

export async function openAttempt(
    environment: ImageEnvironment,
    settings: ImageSettings,
    milliseconds: number,
): Promise<Attempt> {
    const calls = environment.calls(settings.connection, settings.region);
    const deadline = environment.clock.now() + milliseconds;
    return {
        environment,
        settings,
        calls,
        account: await calls.account(),
        pending: pendingLabel(environment.workers.self, deadline),
        deadline,
    };
}

export function waitOf({ environment, deadline }: Attempt, { signal }: Pick<Steps, "signal">): Wait {
    return { clock: environment.clock, signal, deadline };
}

export function watchOf({ environment }: Attempt, { signal }: Steps): AttemptWatch {
    return { workers: environment.workers, clock: environment.clock, signal };
}

const unknownMilliseconds = 60_000;

/** A call for what was made moments ago, which AWS may not know for a while. */
export async function onceKnown<T>({ environment }: Attempt, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const end = environment.clock.now() + unknownMilliseconds;
    for (;;) {
        try {
            return await run();
        } catch (error) {
            if (!isAbsent(error) || environment.clock.now() >= end) {
                throw error;
            }
            await environment.clock.sleep(2000, signal);
        }
    }
}
