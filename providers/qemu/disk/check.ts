import { unknownValue } from "../../../sdk/assembly/inputs";
import { parseBytes } from "../../../sdk/assembly/units";
import { apply, failure, holdsUnknown, parseProblem, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { defaultFormat } from "./settings";

const leastBytes = 2 ** 20;
const sectorBytes = 512;
const given = ["size", "format"];
const filledIn = ["identity", "sizeBytes", "status"];

/** Every problem at once; the inputs with their defaults, and what a preview can know of the disk. */
export function check(
    olds: Properties,
    all: Properties,
): { readonly inputs: Properties; readonly failures: readonly CheckFailure[] } {
    const news = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
    const strangers = Object.fromEntries(Object.entries(news).filter(([key]) => !filledIn.includes(key)));
    const format = news["format"] ?? defaultFormat;
    const failures = [
        ...unknownKeys(strangers, given, ""),
        ...(news["size"] === undefined ? [failure("size", 'is missing: say how large it is, such as "2 GB"')] : []),
        ...apply("size", news["size"], sizeProblem),
        ...apply("format", format, formatProblem),
    ];
    const size = news["size"];
    if (failures.length > 0 || holdsUnknown(size)) {
        return { inputs: { ...news, format, sizeBytes: unknownValue, status: "available" }, failures };
    }
    return {
        inputs: { ...news, format, sizeBytes: parseBytes(size as string), status: "available" },
        failures: shrinkFailures({ ...olds, format: olds["format"] ?? defaultFormat }, size as string, format),
    };
}

function sizeProblem(value: unknown): string | undefined {
    const problem = parseProblem(value, parseBytes);
    if (problem !== undefined) {
        return problem;
    }
    const bytes = parseBytes(value as string);
    if (bytes < leastBytes) {
        return `${show(value)} is too little for a filesystem: use "1 MB" or more`;
    }
    return bytes % sectorBytes === 0 ? undefined : `${show(value)} is no whole number of sectors of 512 bytes`;
}

function formatProblem(value: unknown): string | undefined {
    return value === "raw" || value === "qcow2" ? undefined : `${show(value)} is not a format: use "raw" or "qcow2"`;
}

/** One of another format is another disk, which may have any size. */
function shrinkFailures(olds: Properties, size: string, format: unknown): CheckFailure[] {
    const before = olds["size"];
    const isSmaller = typeof before === "string" && parseBytes(size) < parseBytes(before);
    return isSmaller && olds["format"] === format ? [failure("size", shrinkReason(size, before))] : [];
}

export function shrinkReason(wanted: string, before: string): string {
    return `"${wanted}" is less than the "${before}" that the disk has, and its end would be cut off with what is there: declare "${before}" or more, or declare a second, smaller disk, copy the data over, and then remove this one`;
}
