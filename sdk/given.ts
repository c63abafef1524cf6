import { LinuxKitError } from "./assembly/error";
import { isOpaque } from "./assembly/inputs";
import { Findings, kindOf, member, shown, suggestion } from "./assembly/read/findings";
import { isAbsent, isObject } from "./assembly/read/reader";

/** What JavaScript, or a cast, may bring as the arguments of a resource. */
type Given = Readonly<Record<string, unknown>>;

/**
 * Judges what a resource's constructor reads of its arguments, which only TypeScript has looked at.
 * @throws LinuxKitError `invalid-<what>` with every problem that `check` finds, each with its property
 */
export function checkGiven(
    what: string,
    name: string,
    args: unknown,
    check: (given: Given, findings: Findings) => void,
): void {
    const findings = new Findings();
    if (isAbsent(args) || isObject(args)) {
        check(args ?? {}, findings);
    } else {
        findings.reject("args", `must be an object, not ${isOpaque(args) ? "an output" : kindOf(args)}`);
    }
    refuse(what, name, findings);
}

function refuse(what: string, name: string, { problems }: Findings): void {
    if (problems.length === 0) {
        return;
    }
    const lines = problems.map(({ path, reason }) => `${path}: ${reason}`);
    const list = lines.length === 1 ? `: ${lines[0]}` : [` has ${lines.length} problems:`, ...lines].join("\n  ");
    const subject = `the ${what.replace("-", " ")} ${JSON.stringify(name)}`;
    throw new LinuxKitError(`invalid-${what}`, `${subject}${list}`, { name, problems });
}

/** Reports keys that the arguments do not have. */
export function checkKeys(
    given: Given,
    known: readonly string[],
    what: string,
    path: string,
    findings: Findings,
): void {
    for (const key of Object.keys(given).filter((each) => !known.includes(each) && !isAbsent(given[each]))) {
        findings.reject(member(path, key), `is no property of ${what}${suggestion(key, known)}`);
    }
}

/** One of this package's objects: how it is told, what it is called, and how to get one. */
export interface Kind {
    /** Properties and not a class, of which a program may have two copies. */
    readonly marks: readonly string[];
    readonly what: string;
    readonly advice: (value: unknown) => string;
}

export function isKind(value: unknown, { marks }: Kind): boolean {
    return typeof value === "object" && value !== null && marks.every((mark) => mark in value);
}

/** Reports what should be one of this package's objects and is not. */
export function checkKind(value: unknown, kind: Kind, path: string, findings: Findings): void {
    if (isAbsent(value)) {
        findings.reject(path, `is required: ${kind.advice(value)}`);
    } else if (isOpaque(value)) {
        findings.reject(path, `must be ${kind.what} itself, not an output`);
    } else if (!isKind(value, kind)) {
        findings.reject(path, `must be ${kind.what}, not ${shown(value)}: ${kind.advice(value)}`);
    }
}

export const imageKind: Kind = {
    marks: ["bootable", "contents"],
    what: "a linuxkit.Image",
    advice: () => 'new linuxkit.Image("os", { assembly }) makes one',
};
