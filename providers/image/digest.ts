import { createHash } from "node:crypto";

import canonicalize from "canonicalize";

import type { ComponentSpec } from "../../sdk/assembly/spec";
import type * as metadataModule from "../../sdk/assembly/yaml/metadata";
import type { ImagePlan } from "./plan";
import { sourceIdentity } from "./sources/identity";

/** `sha256:<hex>` of what a plan says of the guest: of its canonical text. */
export function digestOf(plan: ImagePlan): string {
    return `sha256:${sha256(canonicalPlan(plan))}`;
}

/** Loaded when first needed: few images have files of metadata, and the YAML library takes longer than a digest. */
function metadataText(plan: ImagePlan, format: "json" | "yaml"): string {
    const { metadataOf } = require("../../sdk/assembly/yaml/metadata") as typeof metadataModule;
    return metadataOf(plan, format);
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/**
 * A plan as canonical JSON, less where things came from: a mirror's URL, how versions are followed, or a folder's path do
 * not count once the content is resolved. It holds whatever else the assembly holds, contents of files and environments
 * with their secrets included.
 */
function canonicalPlan(plan: ImagePlan): string {
    const components = Object.entries(plan.components).map(([key, component]) => [key, identityOf(component, plan)]);
    return canonicalize({ ...plan, components: Object.fromEntries(components) as object }) ?? "";
}

function identityOf(component: ComponentSpec, plan: ImagePlan): object {
    if (component.kind === "files") {
        const digests = component.resolved?.digests ?? {};
        const files = Object.entries(component.files).map(([path, { source, metadata, ...file }]) => [
            path,
            {
                ...file,
                ...(source === undefined ? {} : { source: digests[path] ?? "" }),
                // It holds words that count for nothing else: the names of packages that were asked for, an image's tag.
                ...(metadata === undefined ? {} : { metadata: sha256(metadataText(plan, metadata)) }),
            },
        ]);
        return { kind: component.kind, files: Object.fromEntries(files) as object };
    }
    const { source, resolved, ...rest } = component;
    return source === undefined ? rest : { ...rest, source: sourceIdentity(source, resolved) };
}
