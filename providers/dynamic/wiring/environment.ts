import { availableParallelism } from "node:os";
import { defaultStoreDirectory } from "../../image";
import type { BuildEnvironment, Mirrors } from "../../image/environment";
import { engineProgress } from "../engine-log";

const stopped = new AbortController();

/** Aborts what is going on; handlers leave what is half made marked as pending. */
export function stop(reason: Error): void {
    stopped.abort(reason);
}

/** The provider process's own world; `mirrors` come from the stack's configuration. */
export function buildEnvironment(mirrors: Mirrors): BuildEnvironment {
    return {
        storeDirectory: defaultStoreDirectory(process.env),
        fetch: globalThis.fetch,
        mirrors,
        now: () => new Date(),
        progress: engineProgress(),
        signal: stopped.signal,
        workers: Math.max(1, availableParallelism()),
        workingDirectory: process.cwd(),
    };
}
