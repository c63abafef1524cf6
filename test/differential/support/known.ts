import type { KnownDifference } from "../known-differences";
import type { FoundDifference } from "./workshop";

export function explains(known: KnownDifference, { sample, aspect, path, theirs, ours }: FoundDifference): boolean {
    return (
        (known.samples?.includes(sample) ?? true) &&
        known.aspect === aspect &&
        known.path.test(path) &&
        known.theirs.test(theirs) &&
        known.ours.test(ours)
    );
}
