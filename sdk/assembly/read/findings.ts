import { closest, distance } from "fastest-levenshtein";

/** What is wrong with a declaration, where. */
export interface Problem {
    /** As the user wrote it: `services[2].healthcheck.tcp`. */
    readonly path: string;
    readonly reason: string;
}

/** Collects every problem of a declaration, and whether a part of it is not known yet. */
export class Findings {
    readonly problems: Problem[] = [];
    unknown = false;

    reject(path: string, reason: string): undefined {
        this.problems.push({ path, reason });
    }

    /** Notes a value that is there only later, which cannot be judged now. */
    defer(): undefined {
        this.unknown = true;
    }

    add(other: Findings): void {
        this.problems.push(...other.problems);
        this.unknown ||= other.unknown;
    }
}

/** `path.key`, or `path["key"]` where the key is no identifier. */
export function member(path: string, key: string): string {
    if (!/^[A-Za-z_][\w]*$/.test(key)) {
        return `${path}[${JSON.stringify(key)}]`;
    }
    return path === "" ? key : `${path}.${key}`;
}

const longestShown = 80;

/** A value for a message: JSON, cut short. Never for what may be a secret. */
export function shown(value: unknown): string {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
        return kindOf(value);
    }
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    return text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
}

/** What kind of value it is, without the value. */
export function kindOf(value: unknown): string {
    if (value === null || value === undefined) {
        return "nothing";
    }
    if (Array.isArray(value)) {
        return "a list";
    }
    return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** `; did you mean "redis"?` where a known name is near, else nothing. */
export function suggestion(name: string, known: readonly string[]): string {
    const found = nearest(name, known);
    return found === undefined ? "" : `; did you mean ${JSON.stringify(found)}?`;
}

/** The known name that a misspelt one stands for, if one is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
    if (known.length === 0 || name.length > longestShown) {
        return undefined;
    }
    const found = closest(
        name.toLowerCase(),
        known.map((other) => other.toLowerCase()),
    );
    const isNear = distance(name.toLowerCase(), found) <= Math.ceil(name.length / 3);
    return isNear ? known.find((other) => other.toLowerCase() === found) : undefined;
}

/** `a, b or c`, each quoted. */
export function alternatives(names: readonly string[]): string {
    const quoted = names.map((name) => JSON.stringify(name));
    return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
