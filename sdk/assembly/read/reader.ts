import { isOpaque } from "../inputs";
import { alternatives, type Findings, kindOf, member, shown, suggestion } from "./findings";

/** Turns a value into what the spec holds; undefined when it is wrong, or not known yet, as the findings then say. */
export type Reader<T> = (value: unknown, path: string, findings: Findings) => T | undefined;

/** What a leaf must be, for messages: "must be <what>, not <value>". A secret's value is never shown. */
export interface LeafRule {
    readonly what: string;
    readonly secret?: boolean;
}

function must(rule: LeafRule, value: unknown): string {
    const hidden =
        typeof value === "string" ? "; the value is not shown, as it may be a secret" : `, not ${kindOf(value)}`;
    return `must be ${rule.what}${rule.secret === true ? hidden : `, not ${shown(value)}`}`;
}

/** A leaf that `convert` takes or answers undefined to. */
export function leaf<T>(rule: LeafRule, convert: (value: unknown) => T | undefined): Reader<T> {
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        return convert(value) ?? findings.reject(path, must(rule, value));
    };
}

export function text(
    rule: LeafRule = { what: "a string" },
    test: (value: string) => boolean = () => true,
): Reader<string> {
    const read = leaf(rule, (value) => (typeof value === "string" && test(value) ? value : undefined));
    return (value, path, findings) =>
        typeof value === "string" && !value.isWellFormed()
            ? findings.reject(path, "holds half of a pair of UTF-16 surrogates, which is no character")
            : read(value, path, findings);
}

export function integer(what: string, minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Reader<number> {
    return leaf({ what }, (value) =>
        typeof value === "number" && Number.isSafeInteger(value) && value >= minimum && value <= maximum
            ? value
            : undefined,
    );
}

export const flag: Reader<boolean> = leaf({ what: "true or false" }, (value) =>
    typeof value === "boolean" ? value : undefined,
);

/** One of a few names; a name that is near one of them gets it proposed. */
export function oneOf<const T extends string>(names: readonly T[]): Reader<T> {
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        const found = names.find((name) => name === value);
        const near = typeof value === "string" ? suggestion(value, names) : "";
        return found ?? findings.reject(path, `must be ${alternatives(names)}, not ${shown(value)}${near}`);
    };
}

export function list<T>(element: Reader<T>, what: string = "a list"): Reader<readonly T[]> {
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        if (!Array.isArray(value)) {
            return findings.reject(path, `must be ${what}, not ${kindOf(value)}`);
        }
        const elements = Array.from(value, (each, index) => element(each, `${path}[${index}]`, findings));
        return elements.every((each) => each !== undefined) ? elements : undefined;
    };
}

export function record<T>(element: Reader<T>, key: Reader<string> = text()): Reader<Readonly<Record<string, T>>> {
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        if (!isObject(value)) {
            return findings.reject(path, `must be an object, not ${kindOf(value)}`);
        }
        const present = Object.entries(value).filter(([, each]) => !isAbsent(each));
        const entries = present.map(([name, each]) => {
            key(name, member(path, name), findings);
            return [name, element(each, member(path, name), findings)] as const;
        });
        return entries.every(([, each]) => each !== undefined)
            ? (Object.fromEntries(entries) as Record<string, T>)
            : undefined;
    };
}

/** A reader whose result is judged further; `check` reports through the findings and answers undefined, or converts. */
export function refine<T, U>(
    read: Reader<T>,
    check: (value: T, path: string, findings: Findings) => U | undefined,
): Reader<U> {
    return (value, path, findings) => {
        const result = read(value, path, findings);
        return result === undefined ? undefined : check(result, path, findings);
    };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return false;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** JSON has no undefined: Pulumi hands a provider null, or nothing, for it. */
export function isAbsent(value: unknown): value is null | undefined {
    return value === undefined || value === null;
}

/** An own property: what objects inherit is no part of a declaration. */
export function property(value: Readonly<Record<string, unknown>>, key: string): unknown {
    return Object.hasOwn(value, key) ? value[key] : undefined;
}
