import { apply, failure, holdsUnknown, type Rule, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { flag } from "../resource/rules";
import * as rules from "./rules";

const lists: Readonly<Record<string, Rule>> = {
    accounts: rules.account,
    organizations: rules.organization,
    organizationalUnits: rules.organizationalUnit,
};

export function permissionFailures(given: unknown): CheckFailure[] {
    if (given === undefined || typeof given === "string") {
        return apply("launchPermissions", given, (value) => `${show(value)} is not an object such as { accounts: [] }`);
    }
    return [
        ...unknownKeys(given as object, [...Object.keys(lists), "public"], "launchPermissions."),
        ...Object.entries(lists).flatMap(([key, rule]) =>
            listFailures(`launchPermissions.${key}`, (given as Properties)[key], rule),
        ),
        ...apply("launchPermissions.public", (given as Properties)["public"], flag),
    ];
}

function listFailures(property: string, value: unknown, rule: Rule): CheckFailure[] {
    if (value === undefined || !Array.isArray(value)) {
        return holdsUnknown(value) || value === undefined ? [] : [failure(property, `${show(value)} is not a list`)];
    }
    return value.flatMap((item, index) => apply(`${property}[${index}]`, item, rule));
}

/** With every list, sorted, so that another order is no change; as it is where something is not known yet. */
export function launchPermissions(given: unknown): unknown {
    if (typeof given !== "object" && given !== undefined) {
        return given;
    }
    const { public: isPublic = false, ...others } = (given ?? {}) as Properties;
    const sorted = Object.keys(lists).map((key): [string, unknown] => {
        const value = others[key] ?? [];
        return [
            key,
            Array.isArray(value)
                ? [...new Set(value)].toSorted((one, other) => String(one).localeCompare(String(other), "en"))
                : value,
        ];
    });
    return { ...Object.fromEntries(sorted), public: isPublic };
}
