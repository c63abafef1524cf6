import { readFileSync } from "node:fs";
import path from "node:path";

import { type DeclaredComponent, normalizeDeclaration, planOf } from "../../../providers/artifact/declaration";
import { resolveComponents } from "../../../providers/image";
import { writeFormat } from "../../../providers/image/formats";
import type { BuildEnvironment } from "../../../providers/image/environment";
import type { ImagePlan } from "../../../providers/image/plan";
import { Assembly } from "../../../sdk/assembly";
import type { Architecture, AssemblySpec, ComponentSpec } from "../../../sdk/assembly/spec";
import { environment } from "../../image/build/support/plan";
import type { Built, FormatName } from "./built";

/** Where an image is built with what this repository holds. */
export interface OwnBuild {
    readonly layout: string;
    readonly architecture: Architecture;
    /** URL of a registry that has the images of the layout, to be asked in its place. */
    readonly registry?: string;
    /** Holds the store and what is written. */
    readonly folder: string;
}

/** The plan of YAML, its images taken under the names that it has for them. */
export async function planOurs(yaml: string, build: OwnBuild): Promise<ImagePlan> {
    const read = Assembly.fromYaml(`${yaml}\n`, { workingDirectory: build.folder });
    const { architecture, order, components } = read.with({ architecture: build.architecture });
    const declared = components as Readonly<Record<string, DeclaredComponent>>;
    const compression = "fast";
    const { spec } = normalizeDeclaration({ architecture, compression, order, components: declared, mirrors: {} });
    if (spec === undefined) {
        throw new Error("the YAML holds something that is not plain");
    }
    const placed = build.registry === undefined ? fromLayout(spec, build.layout) : spec;
    return planOf(await resolveComponents(placed, undefined, world(build)), compression);
}

export async function buildOurs(plan: ImagePlan, format: FormatName, build: OwnBuild): Promise<Built> {
    const file = (part: string) => path.join(build.folder, `ours.${part}`);
    const parts = await writeFormat({ plan, format, spdx: false }, file, world(build));
    return Object.fromEntries(Object.keys(parts).map((part) => [part, readFileSync(file(part))]));
}

function world({ folder, registry }: OwnBuild): BuildEnvironment {
    if (registry === undefined) {
        return environment(folder);
    }
    const mirrors = { "docker.io": [registry] };
    return environment(folder, { fetch, registries: { mirrors, certificateDirectories: [], environment: {} } });
}

function fromLayout(spec: AssemblySpec, layout: string): AssemblySpec {
    const components = Object.entries(spec.components).map(([key, component]): [string, ComponentSpec] => {
        const source = "source" in component ? component.source : undefined;
        return source?.type === "oci"
            ? [key, { ...component, source: { ...source, from: "layout", path: layout } } as ComponentSpec]
            : [key, component];
    });
    return { ...spec, components: Object.fromEntries(components) };
}
