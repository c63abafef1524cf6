import { type AttemptWatch, pendingLabel } from "../../lifecycle/attempt";
import type { Identity } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import type { Wait } from "../../lifecycle/wait";
import type { Connection } from "../client/connection";
import { isAbsent } from "../client/errors";
import type { ResourceCalls } from "./calls";
import type { ResourceEnvironment } from "./environment";

/** The inputs that every resource of AWS has, as `check` has let them through. */
export interface ResourceSettings {
    readonly identity: Identity;
    readonly connection: Connection;
    readonly region: string;
}

/** One run of an operation, with what it reaches AWS through. */
export interface Attempt<C extends ResourceCalls, S extends ResourceSettings, E extends ResourceEnvironment<C>> {
    readonly environment: E;
    readonly settings: S;
    readonly calls: C;
    readonly account: string;
    /** Label of what it makes. */
    readonly pending: string;
    /** When its waits give up, in milliseconds since 1970. */
    readonly deadline: number;
}

type Timed = {
    readonly environment: Pick<ResourceEnvironment<ResourceCalls>, "clock" | "workers">;
    readonly deadline: number;
};

export async function openAttempt<C extends ResourceCalls, S extends ResourceSettings, E extends object>(
    environment: E & ResourceEnvironment<C>,
    settings: S,
    milliseconds: number,
): Promise<Attempt<C, S, E & ResourceEnvironment<C>>> {
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

export function waitOf({ environment, deadline }: Timed, { signal }: Pick<Steps, "signal">): Wait {
    return { clock: environment.clock, signal, deadline };
}

export function watchOf({ environment }: Timed, { signal }: Steps): AttemptWatch {
    return { workers: environment.workers, clock: environment.clock, signal };
}

const unknownMilliseconds = 60_000;

/** A call for what was made moments ago, which AWS may not know for a while. */
export async function onceKnown<T>({ environment }: Timed, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
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
