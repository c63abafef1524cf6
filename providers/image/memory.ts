import type { BuildEnvironment } from "./environment";

/** What was found out with an environment, by key: what many images of one program ask is asked once. */
export type Memory<T> = WeakMap<Partial<BuildEnvironment>, Map<string, Promise<T>>>;

/** What was made before for this key, be it unfinished; a failure is forgotten. */
export function remembered<T>(
    memory: Memory<T>,
    env: Partial<BuildEnvironment>,
    key: string,
    make: () => Promise<T>,
): Promise<T> {
    const known = memory.get(env) ?? new Map<string, Promise<T>>();
    memory.set(env, known);
    const result = known.get(key) ?? make();
    known.set(key, result);
    result.catch(() => known.delete(key));
    return result;
}
