import type { Input } from "@pulumi/pulumi";

/** A list whose elements, or the whole of which, may come from elsewhere: each element can be a secret of its own. */
export type InputList<T> = Input<readonly Input<T>[]>;

/** A record whose keys are plain and whose values may come from elsewhere. */
export type InputRecord<T> = Input<Readonly<Record<string, Input<T>>>>;

/** Pulumi's stand-in for a value that is not known before `up`, as providers receive it in a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is there only later: an output, a promise, or a preview's unknown. */
export function isOpaque(value: unknown): boolean {
    if (value === unknownValue) {
        return true;
    }
    if (typeof value !== "object" || value === null) {
        return false;
    }
    return "__pulumiOutput" in value || typeof (value as { then?: unknown }).then === "function";
}
