import { isOpaque } from "../inputs";
import { type Findings, kindOf, member, suggestion } from "./findings";
import { isAbsent, isObject, property, type Reader } from "./reader";

/** A property of an object: how it is read, and what stands for it when it is absent. */
export interface Field<T, Optional extends boolean> {
    readonly read: Reader<T>;
    readonly optional: Optional;
    readonly absent: (path: string, findings: Findings) => T | undefined;
}

export function required<T>(read: Reader<T>, hint: string): Field<T, false> {
    return { read, optional: false, absent: (path, findings) => findings.reject(path, `is required: ${hint}`) };
}

export function optional<T>(read: Reader<T>): Field<T, true> {
    return { read, optional: true, absent: () => undefined };
}

export function defaulted<T>(read: Reader<T>, value: NoInfer<T>): Field<T, false> {
    return { read, optional: false, absent: () => value };
}

export type Fields = Readonly<Record<string, Field<unknown, boolean>>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];

/** The object that a set of fields reads. */
export type ShapeOf<F extends Fields> = {
    readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: ValueOf<F[K]> };

/**
 * An object of exactly these properties. `elsewhere` says of keys that other objects have where they belong.
 * Every property is read even when another one is wrong.
 */
export function shape<F extends Fields>(
    what: string,
    fields: F,
    elsewhere: Readonly<Record<string, string>> = {},
): Reader<ShapeOf<F>> {
    const known = Object.keys(fields);
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        if (!isObject(value)) {
            return findings.reject(path, `must be ${what}, an object, not ${kindOf(value)}`);
        }
        for (const key of Object.keys(value).filter((each) => !known.includes(each) && !isAbsent(value[each]))) {
            const place = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
            findings.reject(member(path, key), place ?? `is no property of ${what}${suggestion(key, known)}`);
        }
        return readFields(value, fields, path, findings);
    };
}

function readFields<F extends Fields>(
    value: Readonly<Record<string, unknown>>,
    fields: F,
    path: string,
    findings: Findings,
): ShapeOf<F> | undefined {
    let complete = true;
    const entries: (readonly [string, unknown])[] = [];
    for (const [key, field] of Object.entries(fields)) {
        const given = property(value, key);
        const place = member(path, key);
        const result = isAbsent(given) ? field.absent(place, findings) : field.read(given, place, findings);
        if (result !== undefined) {
            entries.push([key, result]);
        } else if (!field.optional || !isAbsent(given)) {
            complete = false;
        }
    }
    return complete ? (Object.fromEntries(entries) as ShapeOf<F>) : undefined;
}
