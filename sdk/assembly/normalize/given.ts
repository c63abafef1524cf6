import { isAbsent, isObject, property } from "../read/reader";
import { labelKeys } from "./container-fields";
import { noRuntime } from "./runtime";

/** What a declaration says of the keys that a label may hold; what is normalized has every default filled in. */
export function givenKeys(declared: unknown): readonly string[] {
    const runtime = isObject(declared) ? property(declared, "runtime") : undefined;
    const ofRuntime = present(Object.keys(noRuntime), runtime).map((key) => `runtime.${key}`);
    return [...present(labelKeys, declared), ...ofRuntime].toSorted();
}

function present(keys: readonly string[], value: unknown): readonly string[] {
    return isObject(value) ? keys.filter((key) => !isAbsent(property(value, key))) : [];
}
