import canonicalize from "canonicalize";
import { unknownValue } from "../../sdk/assembly/inputs";
import { failure, holdsUnknown, unknownKeys } from "./check";
import type { CheckFailure } from "./handler";

/** AWS's limit, before base64: a machine that is told more on one target could not be told so on another. */
const mostBytes = 16 * 1024;

/** LinuxKit's metadata package writes these itself. */
const reserved = ["provider", "userdata"];

/** How deep folders may lie: `metadata()` refuses more. */
const mostDeep = 16;

/** What the machine reads: the text, or LinuxKit's layout as JSON; "" for none. */
export function userDataText(value: unknown): string {
    return value === undefined || value === null || typeof value === "string"
        ? (value ?? "")
        : (canonicalize(value) as string);
}

/** Whether a machine reads the same, as far as that is known. */
export function isSameUserData(one: unknown, other: unknown): boolean {
    return !holdsUnknown(other) && userDataText(one) === userDataText(other);
}

/** Why user data cannot be given to a machine, by the path of its property; never what it says. */
export function userDataFailures(value: unknown): CheckFailure[] {
    if (value === undefined || value === null || value === unknownValue) {
        return [];
    }
    if (typeof value !== "string" && !isRecord(value)) {
        return [failure("userData", "this is neither a text nor files by name: write { name: { content: ... } }")];
    }
    const failures = typeof value === "string" ? [] : entriesFailures(value, "userData", 1);
    return failures.length > 0 || holdsUnknown(value) ? failures : sizeFailures(userDataText(value));
}

function sizeFailures(text: string): CheckFailure[] {
    const bytes = Buffer.byteLength(text);
    const reason = `is ${bytes} bytes long, and a machine can be told ${mostBytes} at most: put what is larger into the image, or have the machine fetch it`;
    return bytes > mostBytes ? [failure("userData", reason)] : [];
}

function entriesFailures(entries: Readonly<Record<string, unknown>>, path: string, depth: number): CheckFailure[] {
    if (depth > mostDeep) {
        return [failure(path, `lies more than ${mostDeep} folders deep`)];
    }
    return Object.entries(entries).flatMap(([name, entry]) => {
        const own = `${path}${/^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`;
        return [...nameFailures(name, own, depth), ...entryFailures(entry, own, depth)];
    });
}

function nameFailures(name: string, path: string, depth: number): CheckFailure[] {
    if (["", ".", ".."].includes(name) || /[/\p{Cc}]/u.test(name)) {
        return [failure(path, 'is not the name of a file: leave out "/", "." and ".." alone, and control characters')];
    }
    if (Buffer.byteLength(name) > 255) {
        return [failure(path, "is longer than the 255 bytes that the name of a file has")];
    }
    return depth === 1 && reserved.includes(name)
        ? [failure(path, `is a name that the machine itself gives to what it finds: choose another than "${name}"`)]
        : [];
}

function entryFailures(entry: unknown, path: string, depth: number): CheckFailure[] {
    if (entry === unknownValue) {
        return [];
    }
    if (!isRecord(entry)) {
        return [failure(path, "is no file or folder: write { content: ... } or { entries: { ... } }")];
    }
    const { content = null, entries = null, perm = null } = entry;
    const failures = [...unknownKeys(entry, ["content", "entries", "perm"], `${path}.`), ...permFailures(perm, path)];
    if ((content === null) === (entries === null)) {
        return [...failures, failure(path, "has to have either content, as a file, or entries, as a folder")];
    }
    if (content !== null) {
        return typeof content === "string" ? failures : [...failures, failure(`${path}.content`, "is no text")];
    }
    if (entries === unknownValue) {
        return failures;
    }
    return isRecord(entries)
        ? [...failures, ...entriesFailures(entries, `${path}.entries`, depth + 1)]
        : [...failures, failure(`${path}.entries`, "is no record of files by name")];
}

function permFailures(perm: unknown, path: string): CheckFailure[] {
    const isGood = perm === null || perm === unknownValue || (typeof perm === "string" && /^0?[0-7]{3}$/.test(perm));
    return isGood ? [] : [failure(`${path}.perm`, 'is no permission in octal, such as "0600"')];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
