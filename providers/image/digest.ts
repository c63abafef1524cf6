import { createHash } from "node:crypto";

import canonicalize from "canonicalize";

import type { ComponentSpec } from "../../sdk/assembly/spec";
import type { ImagePlan } from "./plan";
import { sourceIdentity } from "./sources/identity";

/**
 * `sha256:<hex>` of what a plan says of the guest: its canonical JSON, less where things came from. A mirror's URL, how
 * versions are followed, or a folder's path do not count once the content is resolved.
 */
export function digestOf(plan: ImagePlan): string {
    const components = Object.entries(plan.components).map(([key, component]) => [key, identityOf(component)]);
    const canonical = canonicalize({ ...plan, components: Object.fromEntries(components) as object });
    return `sha256:${createHash("sha256")
        .update(canonical ?? "")
        .digest("hex")}`;
}

function identityOf(component: ComponentSpec): object {
    if (component.kind === "files") {
        const digests = component.resolved?.digests ?? {};
        const files = Object.entries(component.files).map(([path, { source, ...file }]) => [
            path,
            source === undefined ? file : { ...file, source: digests[path] ?? "" },
        ]);
        return { kind: component.kind, files: Object.fromEntries(files) as object };
    }
    const { source, resolved, ...rest } = component;
    return source === undefined ? rest : { ...rest, source: sourceIdentity(source, resolved) };
}
