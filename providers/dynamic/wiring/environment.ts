import { availableParallelism } from "node:os";
import { defaultStoreDirectory } from "../../image";
import type { BuildEnvironment, Mirrors } from "../../image/environment";
import { engineProgress } from "../engine-log";
import { engine } from "./engine";

/** The provider process's own world; `mirrors` come from the stack's configuration. */
export function buildEnvironment(mirrors: Mirrors): BuildEnvironment {
    const { interrupted, gone } = engine();
    return {
        storeDirectory: defaultStoreDirectory(process.env),
        fetch: globalThis.fetch,
        mirrors,
        now: () => new Date(),
        progress: engineProgress(),
        signal: AbortSignal.any([interrupted, gone]),
        workers: availableParallelism(),
        workingDirectory: process.cwd(),
    };
}
