import { parseBytes, parseDuration } from "../../../sdk/assembly/units";
import {
    apply,
    failure,
    holdsUnknown,
    imageProblem,
    parseProblem,
    type Rule,
    show,
    unknownKeys,
} from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { userDataFailures } from "../../lifecycle/user-data";

const leastMemoryBytes = 32 * 2 ** 20;
const mostCpus = 255;

const rules: Readonly<Record<string, Rule>> = {
    image: (value) => imageProblem(value) ?? kernelProblem(value),
    memory: memoryProblem,
    cpus: cpusProblem,
    accelerator: (value) =>
        ["kvm", "hvf", "tcg"].includes(value as string)
            ? undefined
            : `${show(value)} is not an accelerator: use "kvm", "hvf" or "tcg", or leave it out to have it found`,
};

const filledIn = [
    ...["identity", "status", "ports", "disks", "declared", "networks"],
    ...["kernelArguments", "timeouts", "userData"],
];
const knownKeys = [...Object.keys(rules), ...filledIn];
const required = ["image"];

function kernelProblem(image: unknown): string | undefined {
    const { order = ["kernel"] } = image as { readonly order?: readonly string[] };
    return order.includes("kernel")
        ? undefined
        : "a machine needs a kernel, and this image has none: give its assembly a `kernel`";
}

/** Every problem of the inputs but those of ports. */
export function fieldFailures(news: Properties): CheckFailure[] {
    return [
        ...unknownKeys(news, knownKeys, ""),
        ...required.filter((key) => news[key] === undefined).map((key) => failure(key, "is missing")),
        ...Object.entries(rules).flatMap(([key, rule]) => apply(key, news[key], rule)),
        ...kernelArgumentFailures(news["kernelArguments"]),
        ...timeoutFailures(news["timeouts"]),
        ...userDataFailures(news["userData"]),
    ];
}

export function isInteger(value: unknown, least: number, most: number): value is number {
    return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Why a machine cannot have so many CPUs. */
export function cpusProblem(value: unknown): string | undefined {
    return isInteger(value, 1, mostCpus) ? undefined : `${show(value)} is not a number of CPUs: use 1 to ${mostCpus}`;
}

/** Why a machine cannot have so much memory. */
export function memoryProblem(value: unknown): string | undefined {
    const problem = parseProblem(value, parseBytes);
    if (problem !== undefined || parseBytes(value as string) >= leastMemoryBytes) {
        return problem;
    }
    return `${show(value)} is too little for a kernel to boot in: use "32 MB" or more`;
}

/** An argument may hold a secret, so none is repeated. */
function kernelArgumentFailures(value: unknown): CheckFailure[] {
    const rule: Rule = (argument) =>
        typeof argument === "string" && /^[\x21-\x7e]+$/.test(argument)
            ? undefined
            : "is not one kernel argument: give each as a string of its own, of printable ASCII, without spaces or line ends";
    if (value === undefined || value === null || typeof value === "string") {
        return apply("kernelArguments", value ?? undefined, () => "is not a list of kernel arguments");
    }
    return Object.values(value).flatMap((argument, index) => apply(`kernelArguments[${index}]`, argument, rule));
}

function timeoutFailures(value: unknown): CheckFailure[] {
    if (value === undefined || holdsUnknown(value)) {
        return [];
    }
    const timeouts = value as Readonly<Record<string, unknown>>;
    const rule: Rule = (duration) => parseProblem(duration, parseDuration);
    return [
        ...unknownKeys(timeouts, ["create", "delete"], "timeouts."),
        ...["create", "delete"].flatMap((key) => apply(`timeouts.${key}`, timeouts[key], rule)),
    ];
}
