/** JSON with the numbers that do not fit a double. */
export type Json = string | number | bigint | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Text as Go's `json.MarshalIndent(value, "", "    ")` writes it; members that are undefined are left out. */
export function goJson(value: Json): string {
    return write(value, "\n");
}

function write(value: Json, newline: string): string {
    if (typeof value === "string") {
        return quote(value);
    }
    if (typeof value !== "object") {
        return String(value);
    }
    const inner = `${newline}    `;
    if (isList(value)) {
        return wrap(
            "[",
            value.map((each) => write(each, inner)),
            "]",
            newline,
        );
    }
    const members = Object.entries(value).flatMap(([key, member]) =>
        member === undefined ? [] : [`${quote(key)}: ${write(member, inner)}`],
    );
    return wrap("{", members, "}", newline);
}

function isList(value: readonly Json[] | object): value is readonly Json[] {
    return Array.isArray(value);
}

function wrap(open: string, items: readonly string[], close: string, newline: string): string {
    return items.length === 0
        ? open + close
        : `${open}${newline}    ${items.join(`,${newline}    `)}${newline}${close}`;
}

/** Go escapes what HTML and JavaScript could trip over. */
function quote(text: string): string {
    return JSON.stringify(text).replace(
        /[<>&\u2028\u2029]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** A map of Go: keys in the order of their bytes; an empty one is left out, as `omitempty` does. */
export function sortedMap(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
    const entries = Object.entries(record).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `omitempty` of a list. */
export function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
    return list.length === 0 ? undefined : list;
}
