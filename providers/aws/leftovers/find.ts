import { isUnderWay, type Workers } from "../../lifecycle/attempt";
import type { Clock } from "../../lifecycle/clock";
import { digestLabel, labels } from "../../lifecycle/labels";
import type { StackName } from "../../lifecycle/stack";
import { type LeftoverCalls, type Thing, thingTypes } from "./calls";

/** A thing of a stack that its state does not know. */
export interface CloudLeftover {
    readonly thing: Thing;
    /**
     * `unfinished` when its creation was cut off, `unknown` when it was made and the engine never heard of it, or has
     * forgotten it; `data` when it is a volume that was made; `busy` while somebody makes it.
     */
    readonly kind: "unfinished" | "unknown" | "data" | "busy";
}

export interface Look {
    readonly calls: LeftoverCalls;
    readonly clock: Clock;
    readonly workers: Workers;
}

/** What carries a stack's tag. Its state is read after this: what is in neither was not recorded. */
export function thingsOf({ calls }: Look, { organization, project, stack }: StackName): Promise<readonly Thing[]> {
    return calls.things({ tags: { [labels.stack]: digestLabel([organization, project, stack]) } });
}

/**
 * Those that no state has and that nothing else accounts for: a snapshot goes with its image, a volume with its instance, and
 * former versions and final snapshots were kept on purpose.
 * @param ids of all resources in state
 */
export async function leftoversAmong(
    look: Look,
    things: readonly Thing[],
    ids: ReadonlySet<string>,
): Promise<readonly CloudLeftover[]> {
    const kept = new Set([...ids, ...things.filter(isRetained).map(({ id }) => id)]);
    const left = things.filter(
        (thing) => !kept.has(thing.id) && !thing.partOf.some((whole) => kept.has(whole)) && !isAttached(thing),
    );
    const found = await Promise.all(
        left.map(async (thing): Promise<CloudLeftover> => ({ thing, kind: await kindOf(look, thing) })),
    );
    return thingTypes.flatMap((type) => found.filter(({ thing }) => thing.type === type));
}

const isRetained = ({ tags }: Thing): boolean => labels.retained in tags;

/** Whoever has it decides. */
const isAttached = ({ type, partOf }: Thing): boolean => type === "volume" && partOf.length > 0;

async function kindOf({ clock, workers }: Look, { type, tags }: Thing): Promise<CloudLeftover["kind"]> {
    const pending = tags[labels.pending];
    if (pending !== undefined) {
        return (await isUnderWay(pending, { clock, workers })) ? "busy" : "unfinished";
    }
    return type === "volume" ? "data" : "unknown";
}
