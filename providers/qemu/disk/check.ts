import { unknownValue } from "../../../sdk/assembly/inputs";
import { parseBytes } from "../../../sdk/assembly/units";
import { apply, failure, holdsUnknown, parseProblem, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { adoptedIdOf, defaultFormat } from "./settings";
import { shrinkReason } from "./shrink";

const leastBytes = 2 ** 20;
const sectorBytes = 512;
const diskId = /^[0-9a-f]{20}$/;
const given = ["size", "format", "adopt"];
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
        ...apply("adopt", news["adopt"], adoptProblem),
    ];
    const size = news["size"];
    if (failures.length > 0 || holdsUnknown(size)) {
        return { inputs: { ...news, format, sizeBytes: unknownValue, status: "available" }, failures };
    }
    return {
        inputs: { ...news, format, sizeBytes: parseBytes(size as string), status: "available" },
        failures: isAnother(olds, { ...news, format }) ? [] : shrinkFailures(olds["size"], size as string),
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

function adoptProblem(value: unknown): string | undefined {
    const isObject = typeof value === "object" && value !== null;
    const { id, ...others } = (isObject ? value : {}) as Properties;
    const isId = typeof id === "string" && diskId.test(id) && Object.keys(others).length === 0;
    return isId ? undefined : 'this names no disk: write { id: "…" }, with the id that `npx pulumi-linuxkit gc` lists';
}

/** One of another format is another disk, which may have any size; so is one that is adopted. */
function isAnother(olds: Properties, news: Properties): boolean {
    const before = { format: defaultFormat, ...olds };
    const adoptedId = adoptedIdOf(news);
    return before.format !== news["format"] || (adoptedId !== undefined && adoptedId !== adoptedIdOf(olds));
}

function shrinkFailures(before: unknown, size: string): CheckFailure[] {
    const isSmaller = typeof before === "string" && parseBytes(size) < parseBytes(before);
    return isSmaller ? [failure("size", shrinkReason(size, before))] : [];
}
