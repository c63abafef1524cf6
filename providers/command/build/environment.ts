import { availableParallelism } from "node:os";

import { defaultStoreDirectory, findMirrors } from "../../image";
import type { BuildEnvironment, Progress } from "../../image/environment";

/** The world of a build by hand: the user's store, the machine's mirrors, the folder that the command runs in. */
export async function commandEnvironment(
    environment: NodeJS.ProcessEnv,
    { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<BuildEnvironment> {
    return {
        storeDirectory: defaultStoreDirectory(environment),
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ environment }),
        now: () => new Date(),
        progress,
        signal,
        workers: availableParallelism(),
        workingDirectory: process.cwd(),
    };
}
