import type { Filter } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Resource } from "../../world/tables.ts";

type Value = string | number | boolean | undefined | readonly (string | undefined)[];

/** How each filter's name is answered by a resource. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => Value>>;

/**
 * Those that match every filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 * @throws Failure that names a filter which there is not
 */
export function filtered<T extends Resource>(
    items: readonly T[],
    filters: readonly Filter[] | undefined,
    fields: FilterFields<T>,
): T[] {
    const tests = (filters ?? []).map((filter) => testOf(filter, fields));
    return items.filter((item) => tests.every((test) => test(item)));
}

function testOf<T extends Resource>({ Name, Values }: Filter, fields: FilterFields<T>): (item: T) => boolean {
    const field = fieldOf(Name ?? "", fields);
    if (field === undefined) {
        throw new Failure("InvalidParameterValue", `The filter '${Name ?? ""}' is invalid`);
    }
    const patterns = (Values ?? []).map(wildcard);
    return (item) => {
        const found = field(item);
        const texts = (Array.isArray(found) ? found : [found]).filter((text) => text !== undefined).map(String);
        return texts.some((text) => patterns.some((pattern) => pattern.test(text)));
    };
}

function fieldOf<T extends Resource>(name: string, fields: FilterFields<T>): ((item: T) => Value) | undefined {
    if (name === "tag-key") {
        return ({ tags }) => Object.keys(tags);
    }
    return name.startsWith("tag:") ? ({ tags }) => tags[name.slice("tag:".length)] : fields[name];
}

/** `*` is any text, `?` one character, and a backslash takes their meaning away. */
function wildcard(value: string): RegExp {
    const source = value.replace(/\\[*?\\]|[\\^$.*+?()[\]{}|]/g, (found) => {
        if (found === "*") {
            return "[^]*";
        }
        return found === "?" ? "[^]" : `\\${found.at(-1)!}`;
    });
    return new RegExp(`^${source}$`);
}
