import type { DebianSource } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { COMMON_MODULES, FAMILY_MODULES } from "./data/families";
import { moduleName } from "./modinfo";

/** Names of the modules that the declaration's families and its own list ask for. */
export function wantedModules(source: DebianSource): { readonly optional: string[]; readonly required: string[] } {
    const families = source.families ?? [];
    for (const family of families) {
        if (FAMILY_MODULES[family] === undefined) {
            const known = Object.keys(FAMILY_MODULES);
            throw new LinuxKitError(
                "DebianFamily",
                `There is no machine family "${family}": the families are ${known.join(", ")}.`,
                { family, known },
            );
        }
    }
    return {
        optional: [...COMMON_MODULES, ...families.flatMap((family) => FAMILY_MODULES[family] ?? [])],
        required: (source.modules ?? []).map(moduleName),
    };
}
