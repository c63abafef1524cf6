import { hostEnvironment } from "../../image";
import type { BuildEnvironment, Mirrors } from "../../image/environment";
import { engineProgress } from "../engine-log";
import { engine } from "./engine";

const environments = new Map<string, Promise<BuildEnvironment>>();

/**
 * The provider process's own world; `configured` comes from the stack's configuration. There is one for all images of
 * the same configuration, so that what is read of an archive for one of them serves the others.
 */
export function buildEnvironment(configured: Mirrors): Promise<BuildEnvironment> {
    const key = JSON.stringify([configured.main, configured.security, configured.registries]);
    const environment = environments.get(key) ?? openEnvironment(configured);
    environments.set(key, environment);
    environment.catch(() => environments.delete(key));
    return environment;
}

async function openEnvironment(configured: Mirrors): Promise<BuildEnvironment> {
    const { interrupted, gone } = engine();
    return hostEnvironment({
        environment: process.env,
        configured,
        progress: engineProgress(),
        signal: AbortSignal.any([interrupted, gone]),
    });
}
