import type { Resource } from "../world/tables.ts";
import type { World } from "../world/world.ts";

/** Something that exists, and that someone pays for or trips over. */
export interface Existing {
    readonly type: string;
    readonly id: string;
    readonly account: string;
    readonly region: string;
    readonly state: string;
    readonly tags: Readonly<Record<string, string>>;
}

/** How each kind of resource says whether it still exists: a state, or undefined. */
export type StateOf = (world: World, now: number) => readonly (readonly [type: string, Resource, state: string])[];

/** All that exists, of any account, in any region, visible yet or not. */
export function existing(world: World, kinds: readonly StateOf[]): Existing[] {
    const now = world.clock.now();
    return kinds
        .flatMap((kind) => kind(world, now))
        .map(([type, { id, account, region, tags }, state]) => ({ type, id, account, region, state, tags }));
}
