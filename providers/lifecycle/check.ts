import { closest } from "fastest-levenshtein";
import { unknownValue } from "../../sdk/assembly/inputs";
import type { CheckFailure } from "./handler";

/** Why a value is not good; undefined when it is. */
export type Rule = (value: unknown) => string | undefined;

export function failure(property: string, reason: string): CheckFailure {
    return { property, reason };
}

/** What a rule says of a property that is there and known. */
export function apply(property: string, value: unknown, rule: Rule): CheckFailure[] {
    if (value === undefined || holdsUnknown(value)) {
        return [];
    }
    const reason = rule(value);
    return reason === undefined ? [] : [failure(property, reason)];
}

export function unknownKeys(given: object, known: readonly string[], path: string): CheckFailure[] {
    return Object.keys(given)
        .filter((key) => !known.includes(key) && !key.startsWith("__"))
        .map((key) => failure(`${path}${key}`, `no such property; did you mean "${closest(key, known)}"?`));
}

/** Whether a value, or one within it, is known only at `up`. */
export function holdsUnknown(value: unknown): boolean {
    if (typeof value === "object" && value !== null) {
        return Object.values(value).some(holdsUnknown);
    }
    return value === unknownValue;
}

/** A value as its user wrote it, but for what stands within a list or an object: that may be a secret. */
export function show(value: unknown): string {
    if (typeof value === "object" && value !== null) {
        return Array.isArray(value) ? "a list" : "an object";
    }
    return value === undefined ? "undefined" : JSON.stringify(value);
}

/** The reason that `parse` refuses a value with a unit for. */
export function parseProblem(value: unknown, parse: (text: string) => number): string | undefined {
    try {
        parse(value as string);
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}

/** What stands for an image in the inputs of a resource that is made from one: its declaration. */
export function imageProblem(value: unknown): string | undefined {
    const { digest, architecture } = (value ?? {}) as { digest?: unknown; architecture?: unknown };
    const isImage =
        typeof digest === "string" &&
        /^sha256:[0-9a-f]{64}$/.test(digest) &&
        (architecture === "amd64" || architecture === "arm64");
    return isImage ? undefined : "this is not an image: give it a linuxkit.Image";
}
