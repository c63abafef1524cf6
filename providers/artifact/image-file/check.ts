import { parseBytes } from "../../../sdk/assembly/units";
import { unknownValue } from "../../../sdk/assembly/inputs";
import type { Architecture } from "../../../sdk/assembly/spec";
import { digestOfRequest, formatOf, formatProblem, kernelProblem } from "../../image/formats";
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
import type { ImagePlan } from "../../image/plan";
import { type RecordedResolution, readResolution, recordResolution } from "../recorded";
import type { ImageFileEffects } from "./effects";
import { readSettings, requestOf } from "./settings";

/** Outputs that the program seeds with the image's secretness. */
const seeds = { files: {}, written: {}, sha256: "", sizeBytes: 0 };
const given = ["image", "format", "path", "size"];
const filledIn = ["spdx", "identity", "digest", "loaders", "folder", ...Object.keys(seeds)];
const required = ["image", "format", "path"];

/** Every problem at once; the inputs with the loader's packages and the digest, which a preview knows. */
export async function check(
    effects: ImageFileEffects,
    olds: Properties,
    news: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const failures = settingFailures(news);
    if (failures.length > 0) {
        return { inputs: news, failures };
    }
    const { image, format, size, spdx } = news;
    if (holdsUnknown([(image as Properties)["digest"], format, size, spdx])) {
        const kept = olds["loaders"] === undefined ? {} : { loaders: olds["loaders"] };
        return { inputs: { ...news, ...kept, ...seeds, digest: unknownValue }, failures };
    }
    try {
        return { inputs: { ...news, ...seeds, ...(await derived(effects, olds, news)) }, failures };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { inputs: news, failures: [failure("format", reason)] };
    }
}

async function derived(effects: ImageFileEffects, olds: Properties, news: Properties): Promise<Properties> {
    const { loaders: _, ...settings } = readSettings(news);
    const request = requestOf(settings);
    const environment = await effects.environment(settings.image.mirrors);
    const recorded = olds["loaders"] as RecordedResolution | undefined;
    const previous = recorded === undefined ? undefined : readResolution(recorded);
    const loaders = await effects.resolveLoaders(request, previous, environment);
    return loaders === undefined
        ? { digest: digestOfRequest(request) }
        : { digest: digestOfRequest({ ...request, loaders }), loaders: recordResolution(loaders) };
}

/** Every problem of the inputs that needs no look at anything else. */
function settingFailures(news: Properties): CheckFailure[] {
    const strangers = Object.keys(news).filter((key) => !filledIn.includes(key));
    return [
        ...unknownKeys(Object.fromEntries(strangers.map((key) => [key, news[key]])), given, ""),
        ...required.filter((key) => news[key] === undefined).map((key) => failure(key, "is missing")),
        ...apply("image", news["image"], imageProblem),
        ...apply("path", news["path"], pathProblem),
        ...formatFailures(news),
    ];
}

function pathProblem(value: unknown): string | undefined {
    if (typeof value !== "string" || value === "" || value.includes("\0")) {
        return `${show(value)} is not a path of a file`;
    }
    return /(^|\/)\.{0,2}$/.test(value) ? `${show(value)} names a folder: add the name of a file` : undefined;
}

function formatFailures({ format, image, size }: Properties): CheckFailure[] {
    if (format === undefined || holdsUnknown(format)) {
        return [];
    }
    if (typeof format !== "string") {
        return [failure("format", `${show(format)} is not an output format`)];
    }
    const { architecture = "amd64", order = ["kernel"] } = (image ?? {}) as Partial<
        Pick<ImagePlan, "architecture" | "order">
    >;
    const problem = formatProblem(format, architecture) ?? kernelProblem(format, order);
    return problem === undefined ? sizeFailures(size, format, architecture) : [failure("format", problem)];
}

function sizeFailures(size: unknown, format: string, architecture: Architecture): CheckFailure[] {
    const { isSized } = formatOf(format, architecture);
    const rule: Rule = (value) =>
        isSized
            ? parseProblem(value, parseBytes)
            : `${format} is as large as what it holds: leave the size out, it is for disks`;
    return apply("size", size, rule);
}
