import { LinuxKitError } from "../../../../sdk/assembly/error";
import { isAbsent, isObject } from "../../../../sdk/assembly/read/reader";

type Fields = Readonly<Record<string, unknown>>;

/** Makes data of a JSON value, or throws `Malformed` for the place `at`. */
export type JsonReader<T> = (value: unknown, at: string) => T;

/** What is wrong with a document, and where in it. */
export class Malformed extends Error {
    constructor(
        readonly at: string,
        readonly reason: string,
    ) {
        super(`${at === "" ? "it" : at} ${reason}`);
    }
}

/**
 * Reads a JSON document that came from outside. Its text is in no error: it may hold secrets.
 * @param name of the document, for the error
 * @throws LinuxKitError OciMalformed
 */
export function readJson<T>(bytes: Buffer, name: string, read: JsonReader<T>): T {
    try {
        return read(parse(bytes), "");
    } catch (error) {
        if (!(error instanceof Malformed)) {
            throw error;
        }
        throw new LinuxKitError("OciMalformed", `${name} is malformed: ${error.message}`, {
            name,
            reason: error.message,
        });
    }
}

function parse(bytes: Buffer): unknown {
    try {
        return JSON.parse(bytes.toString("utf8"));
    } catch {
        throw new Malformed("", "is no JSON");
    }
}

/** The readers of an object's members, by name. */
export function object(value: unknown, at: string): <T>(name: string, read: JsonReader<T>) => T {
    if (!isObject(value)) {
        throw new Malformed(at, "must be an object");
    }
    return (name, read) => read(own(value, name), at === "" ? name : `${at}.${name}`);
}

function own(value: Fields, name: string): unknown {
    return Object.hasOwn(value, name) ? value[name] : undefined;
}

export const text: JsonReader<string> = (value, at) => {
    if (typeof value !== "string") {
        throw new Malformed(at, "must be a string");
    }
    return value;
};

export const size: JsonReader<number> = (value, at) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
        throw new Malformed(at, "must be a number of bytes");
    }
    return value;
};

/** Go writes null for what is empty. */
export function optional<T>(read: JsonReader<T>): JsonReader<T | undefined> {
    return (value, at) => (isAbsent(value) ? undefined : read(value, at));
}

/** Empty where it is missing. */
export function list<T>(element: JsonReader<T>): JsonReader<readonly T[]> {
    return (value, at) => {
        if (isAbsent(value)) {
            return [];
        }
        if (!Array.isArray(value)) {
            throw new Malformed(at, "must be a list");
        }
        return value.map((each, index) => element(each, `${at}[${index}]`));
    };
}

/** Empty where it is missing. */
export function record<T>(element: JsonReader<T>): JsonReader<Readonly<Record<string, T>>> {
    return (value, at) => {
        if (isAbsent(value)) {
            return {};
        }
        if (!isObject(value)) {
            throw new Malformed(at, "must be an object");
        }
        return Object.fromEntries(
            Object.entries(value).map(([name, each]) => [
                name,
                element(each, `${at}[${JSON.stringify(name.slice(0, 100))}]`),
            ]),
        );
    };
}
