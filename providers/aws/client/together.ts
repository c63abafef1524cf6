import { setTimeout as delay } from "node:timers/promises";

/** How long a look waits for others to go with it. */
const gatherMilliseconds = 25;

/** Values that AWS takes of one filter. */
const most = 200;

interface Identified {
    readonly id: string;
}

/**
 * Looks at one thing each that come within moments of each other become one call: AWS counts calls, and a program may wait for
 * a hundred instances.
 * @param look answers with those that are there
 */
export function together<T extends Identified>(
    look: (ids: readonly string[]) => Promise<readonly T[]>,
): (id: string) => Promise<T | undefined> {
    let gathering: { readonly ids: Set<string>; readonly found: Promise<ReadonlyMap<string, T>> } | undefined;
    const gather = (): NonNullable<typeof gathering> => {
        const ids = new Set<string>();
        const found = delay(gatherMilliseconds).then(async () => {
            gathering = undefined;
            return new Map((await look([...ids])).map((thing) => [thing.id, thing]));
        });
        return { ids, found };
    };
    return async (id) => {
        gathering = gathering === undefined || gathering.ids.size >= most ? gather() : gathering;
        gathering.ids.add(id);
        return (await gathering.found).get(id);
    };
}
