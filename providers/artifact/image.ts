import { randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import { unknownValue } from "../../sdk/assembly/inputs";
import { LinuxKitError } from "../../sdk/assembly/error";
import { Findings } from "../../sdk/assembly/read/findings";
import { readinessOf, readReadiness } from "../../sdk/assembly/readiness";
import type { AssemblySpec, ComponentSpec, Resolved } from "../../sdk/assembly/spec";
import { packageChanges } from "../image";
import type { BuildEnvironment, Mirrors } from "../image/environment";
import type { BuiltContents, ImagePlan, StoredInitrd } from "../image/plan";
import type { CheckFailure, Handler, Properties } from "../lifecycle/handler";
import { normalizeDeclaration, plannedImage, planOf, readDeclaration } from "./declaration";
import { imageOutputs } from "./outputs";
import { recordResolution } from "./recorded";

export interface ImageEffects {
    readonly environment: (mirrors: Mirrors) => Promise<BuildEnvironment>;
    readonly resolve: (
        spec: AssemblySpec,
        previous: AssemblySpec | undefined,
        environment: BuildEnvironment,
    ) => Promise<AssemblySpec>;
    readonly digestOf: (plan: ImagePlan) => string;
    readonly build: (plan: ImagePlan, environment: BuildEnvironment) => Promise<BuiltContents & StoredInitrd>;
    readonly note: (line: string) => void;
    readonly newId: () => string;
}

export const randomImageId = (): string => `image-${randomBytes(8).toString("hex")}`;

/**
 * `linuxkit.Image`. Nothing is built before `create` or `update`; `check` resolves and adds the digest, so previews know it.
 * An image keeps its id for life: every change is an update in place, and only a forced replace resolves anew.
 */
export function imageHandler(effects: ImageEffects): Handler {
    return {
        check: (olds, news) => check(effects, olds, news),
        diff: async (_id, olds, news) => ({
            changes: changedInputs(olds, news).length > 0,
            replaces: [],
            deleteBeforeReplace: false,
        }),
        create: async (inputs) => ({ id: effects.newId(), outs: await build(effects, inputs) }),
        read: async (id, outs) => ({ id, outs }),
        update: async (_id, _olds, news) => ({ outs: await build(effects, news) }),
        delete: async () => {},
    };
}

async function check(
    effects: ImageEffects,
    olds: Properties,
    given: Properties,
): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
    const declaration = readDeclaration(given);
    const findings = new Findings();
    const readiness = readReadiness(given["readiness"], declaration.components, findings);
    const news = readiness === undefined ? given : { ...given, readiness };
    const { spec, problems, unknown } = normalizeDeclaration(declaration);
    const failures = [
        ...compressionFailures(news),
        ...[...findings.problems, ...problems].map(({ path, reason }) => ({ property: path, reason })),
    ];
    if (failures.length > 0) {
        return { inputs: news, failures };
    }
    const derived = { initrd: {}, contents: {}, sbom: "" };
    if (spec === undefined || unknown) {
        return { inputs: { ...news, ...keptResolutions(olds, news), ...derived, digest: unknownValue }, failures };
    }
    const environment = await effects.environment(declaration.mirrors);
    try {
        const previous = previousSpec(olds);
        const resolved = await effects.resolve(spec, previous, environment);
        changesOf(previous, resolved).forEach(effects.note);
        const digest = effects.digestOf(planOf(resolved, declaration.compression));
        return { inputs: { ...news, ...withResolutions(news, resolved), ...derived, digest }, failures };
    } catch (error) {
        return { inputs: news, failures: [resolutionFailure(error, declaration.order)] };
    }
}

function compressionFailures(news: Properties): CheckFailure[] {
    const compression = news["compression"];
    if (compression === "fast" || compression === "smallest" || compression === unknownValue) {
        return [];
    }
    return [
        {
            property: "compression",
            reason: `${JSON.stringify(compression)} is not a compression: use "fast" or "smallest"`,
        },
    ];
}

/** What the state recorded, if there is one; a declaration that this version refuses is resolved anew. */
function previousSpec(olds: Properties): AssemblySpec | undefined {
    return olds["order"] === undefined ? undefined : normalizeDeclaration(readDeclaration(olds)).spec;
}

/** What an archive that moved, or another declaration, does to a component that was there before. */
function changesOf(previous: AssemblySpec | undefined, next: AssemblySpec): string[] {
    if (previous === undefined) {
        const resolutions = Object.values(next.components).map(resolutionOf);
        const packages = resolutions.flatMap((found) => (found?.type === "debian" ? Object.keys(found.packages) : []));
        return [`resolved anew: ${packages.length} packages`];
    }
    return Object.entries(next.components).flatMap(([key, component]) => {
        const before = resolutionOf(previous.components[key]);
        const after = resolutionOf(component);
        return before?.type === "debian" && after?.type === "debian"
            ? packageChanges(before, after).map((change) => `${key}: ${change}`)
            : [];
    });
}

function resolutionOf(component: ComponentSpec | undefined): Resolved | undefined {
    return component !== undefined && "resolved" in component ? component.resolved : undefined;
}

function withResolutions(news: Properties, resolved: AssemblySpec): Properties {
    const components = Object.entries(resolved.components).flatMap(([key, component]) => {
        const resolution = resolutionOf(component);
        return resolution === undefined
            ? []
            : [[key, { ...(news[key] as object), resolved: recordResolution(resolution) }]];
    });
    return Object.fromEntries(components) as Properties;
}

/** While a leaf is unknown, the recorded resolutions stand, so that a preview shows what changes and nothing else. */
function keptResolutions(olds: Properties, news: Properties): Properties {
    const before = readDeclaration(olds).components;
    const kept = Object.entries(readDeclaration(news).components).flatMap(([key, component]) => {
        const resolved = before[key]?.resolved;
        return resolved === undefined ? [] : [[key, { ...component, resolved }]];
    });
    return Object.fromEntries(kept) as Properties;
}

function resolutionFailure(error: unknown, order: readonly string[]): CheckFailure {
    const reason = error instanceof Error ? error.message : String(error);
    const key = error instanceof LinuxKitError ? error.fields["component"] : undefined;
    return { property: typeof key === "string" ? sourcePath(key, order) : "assembly", reason };
}

/** `services.redis` as the user wrote it: `services[0].image`. */
export function sourcePath(key: string, order: readonly string[]): string {
    const dot = key.indexOf(".");
    if (dot === -1) {
        return key;
    }
    const section = key.slice(0, dot);
    const index = order.filter((other) => other.startsWith(`${section}.`)).indexOf(key);
    return section === "init" ? `init[${index}]` : `${section}[${index}].image`;
}

const notCompared = new Set(["identity", "mirrors", "initrd", "contents", "sbom", "__provider"]);

/**
 * The inputs that differ. Those that leave the digest as it is, a mirror or a folder's path, count too: a machine that
 * needs the image again goes by what state holds.
 */
function changedInputs(olds: Properties, news: Properties): string[] {
    const before: Properties = { ...olds, readiness: readinessOf(olds, olds) };
    return Object.keys(news).filter(
        (key) => !notCompared.has(key) && canonicalize(before[key]) !== canonicalize(news[key]),
    );
}

async function build(effects: ImageEffects, inputs: Properties): Promise<Properties> {
    const declaration = readDeclaration(inputs);
    const plan = plannedImage(declaration);
    const built = await effects.build(plan, await effects.environment(declaration.mirrors));
    for (const note of built.notes) {
        effects.note(note);
    }
    return { ...inputs, digest: built.digest, ...imageOutputs(plan, built, inputs["spdx"] === true) };
}
