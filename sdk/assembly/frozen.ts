import { isOpaque } from "./inputs";
import { isObject } from "./read/reader";

/** A deep copy that cannot be changed. Outputs and promises stay what they are: they are values of Pulumi's own. */
export function frozen<T>(value: T): T {
    if (isOpaque(value)) {
        return value;
    }
    if (Array.isArray(value)) {
        return Object.freeze(value.map(frozen)) as T;
    }
    if (isObject(value)) {
        return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, frozen(each)]))) as T;
    }
    return value;
}
