import type { AssemblySpec, ComponentSpec, FilesSpec, Resolved, SourceSpec } from "../spec";
import { declaredOf } from "./declared";
import { wordsOf } from "./words";
import { yamlOf } from "./write";

/**
 * What a file with LinuxKit's `metadata` holds: the assembly it is a part of, in LinuxKit's words, secrets included. What
 * came from the building machine is named by its content, not by its place: no path, no mirror and no credentials of one.
 */
export function metadataOf(spec: AssemblySpec, format: "yaml" | "json"): string {
    const components = Object.entries(spec.components).map(([key, each]) => [key, withoutPlaces(each)] as const);
    const words = wordsOf(declaredOf({ ...spec, components: Object.fromEntries(components) }));
    return format === "yaml" ? yamlOf(words) : JSON.stringify(words, undefined, 4);
}

function withoutPlaces(component: ComponentSpec): ComponentSpec {
    if (component.kind === "files") {
        return namedByContent(component);
    }
    const { source, resolved } = component;
    return source === undefined ? component : { ...component, source: withoutPlace(source, resolved) };
}

/** An optional file that is missing is not in the image. */
function namedByContent(component: FilesSpec): FilesSpec {
    const digests = component.resolved?.digests ?? {};
    const files = Object.entries(component.files).flatMap(([path, file]) => {
        const digest = digests[path];
        const source = digest === undefined ? undefined : `sha256:${digest}`;
        return file.source === undefined ? [[path, file]] : source === undefined ? [] : [[path, { ...file, source }]];
    });
    return { ...component, files: Object.fromEntries(files) as FilesSpec["files"] };
}

function withoutPlace(source: SourceSpec, resolved: Resolved | undefined): SourceSpec {
    const path = resolved !== undefined && "digest" in resolved ? resolved.digest : "";
    switch (source.type) {
        case "debian": {
            const { mirror: _, securityMirror: __, ...rest } = source;
            return { ...rest, repositories: [], update: "recorded" };
        }
        case "folder":
            return { ...source, path };
        case "oci":
            return source.from === "registry" ? { ...source, update: "recorded" } : { ...source, path };
        case "builtin":
            return source;
    }
}
