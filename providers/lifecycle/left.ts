import { type AttemptWatch, requireAbandoned } from "./attempt";
import type { Steps } from "./steps";

/** What an attempt of a resource made and did not finish. */
export interface Left {
    /** Its `pending` label. */
    readonly pending: string;
    /** What it was made from, as a label. */
    readonly digest: string | undefined;
}

export interface Salvage<L extends Left> {
    /** `the image "redis-os"` */
    readonly what: string;
    readonly steps: Steps;
    readonly watch: AttemptWatch;
    /** Whether the new attempt can go on from it. */
    readonly fits: (left: L) => boolean;
    readonly remove: (left: L) => Promise<void>;
}

/**
 * Of what earlier attempts left, the first that the new one can go on from; the others are removed.
 * @throws LinuxKitError `attempt-running` when another process goes on with one
 */
export async function salvage<L extends Left>(found: readonly L[], salvaging: Salvage<L>): Promise<L | undefined> {
    const { what, steps, watch, fits, remove } = salvaging;
    for (const { pending } of found) {
        await requireAbandoned(pending, what, watch);
    }
    const kept = found.find(fits);
    for (const left of found.filter((other) => other !== kept)) {
        await steps.run(`remove what an earlier attempt left of ${what}`, () => remove(left));
    }
    return kept;
}
