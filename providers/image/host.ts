import { availableParallelism } from "node:os";

import { findMirrors } from "./debian/mirrors";
import type { BuildEnvironment, Mirrors } from "./environment";
import { findRegistries } from "./oci/settings";
import { defaultStoreDirectory } from "./store/directory";

export interface HostOptions extends Pick<BuildEnvironment, "progress" | "signal"> {
    readonly environment: NodeJS.ProcessEnv;
    /** From a stack's configuration. @default nothing */
    readonly configured?: Mirrors;
}

/** This host as what a build reaches: the user's store, the mirrors and registries set for it, the folder it runs in. */
export async function hostEnvironment(options: HostOptions): Promise<BuildEnvironment> {
    const { environment, configured = {}, progress, signal } = options;
    return {
        storeDirectory: defaultStoreDirectory(environment),
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ configured, environment }),
        registries: findRegistries({ configured: configured.registries, environment }),
        now: () => new Date(),
        progress,
        signal,
        workers: availableParallelism(),
        workingDirectory: process.cwd(),
    };
}
