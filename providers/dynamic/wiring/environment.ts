import { availableParallelism } from "node:os";
import { defaultStoreDirectory, findMirrors } from "../../image";
import type { BuildEnvironment, Mirrors } from "../../image/environment";
import { engineProgress } from "../engine-log";
import { engine } from "./engine";

/** The provider process's own world; `configured` comes from the stack's configuration. */
export async function buildEnvironment(configured: Mirrors): Promise<BuildEnvironment> {
    const { interrupted, gone } = engine();
    return {
        storeDirectory: defaultStoreDirectory(process.env),
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ configured, environment: process.env }),
        now: () => new Date(),
        progress: engineProgress(),
        signal: AbortSignal.any([interrupted, gone]),
        workers: availableParallelism(),
        workingDirectory: process.cwd(),
    };
}
