import { normalizeAssembly } from "../../sdk/assembly/normalize";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { Architecture, AssemblySpec, ComponentSpec } from "../../sdk/assembly/spec";
import type { Mirrors } from "../image/environment";
import type { Compression, ImagePlan } from "../image/plan";
import type { Properties } from "../lifecycle/handler";
import { type RecordedResolution, readResolution } from "./recorded";

/** A component as the program wrote it, with what resolution recorded. */
export type DeclaredComponent = Readonly<Record<string, unknown>> & { readonly resolved?: RecordedResolution };

/** An image as state holds it: the program's own words, so that a secret stays the leaf it is, and the resolutions. */
export interface ImageDeclaration {
    readonly architecture: Architecture;
    readonly compression: Compression;
    readonly order: readonly string[];
    readonly components: Readonly<Record<string, DeclaredComponent>>;
    /** From the stack's configuration; part of no digest. */
    readonly mirrors: Mirrors;
}

const componentKey = /^(kernel|files|(init|onboot|onshutdown|services|volumes)\..+)$/;

/** Separates the components, which stand beside the other inputs so that a difference names them. */
export function readDeclaration(inputs: Properties): ImageDeclaration {
    const components = Object.entries(inputs as Record<string, DeclaredComponent>).filter(([key]) =>
        componentKey.test(key),
    );
    return {
        architecture: inputs["architecture"] as Architecture,
        compression: inputs["compression"] as Compression,
        order: (inputs["order"] ?? []) as string[],
        components: Object.fromEntries(components),
        mirrors: inputs["mirrors"] ?? {},
    };
}

export interface NormalizedDeclaration {
    readonly spec?: AssemblySpec;
    readonly problems: readonly { readonly path: string; readonly reason: string }[];
    readonly unknown: boolean;
}

/** The declaration's spec, each component with its recorded resolution. */
export function normalizeDeclaration(declaration: ImageDeclaration): NormalizedDeclaration {
    const bare = Object.fromEntries(
        Object.entries(declaration.components).map(([key, { resolved: _, ...component }]) => [key, component]),
    );
    const { spec, problems, unknown } = normalizeAssembly({
        architecture: declaration.architecture,
        components: bare,
        order: declaration.order,
    });
    if (spec === undefined) {
        return { problems, unknown };
    }
    const components = Object.entries(spec.components).map(([key, component]) => {
        const recorded = declaration.components[key]?.resolved;
        const resolved = recorded === undefined ? {} : { resolved: readResolution(recorded) };
        return [key, { ...component, ...resolved }] as [string, ComponentSpec];
    });
    return { spec: { ...spec, components: Object.fromEntries(components) }, problems, unknown };
}

export function planOf(spec: AssemblySpec, compression: Compression): ImagePlan {
    return { ...spec, format: 1, compression };
}

/** The plan of a declaration that was checked before. */
export function plannedImage(declaration: ImageDeclaration): ImagePlan {
    const { spec, problems } = normalizeDeclaration(declaration);
    if (spec === undefined || problems.length > 0) {
        throw new LinuxKitError(
            "invalid-assembly",
            `the recorded image is not one that this version accepts: ${problems.map((p) => `${p.path}: ${p.reason}`).join("; ")}; run \`pulumi up\` with the current program`,
            { problems },
        );
    }
    return planOf(spec, declaration.compression);
}
