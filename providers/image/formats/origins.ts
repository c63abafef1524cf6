import { createHash } from "node:crypto";

import canonicalize from "canonicalize";

import type { ComponentKey, Resolved, SourceSpec } from "../../../sdk/assembly/spec";
import type { ImagePlan } from "../plan";
import { sourceIdentity } from "../sources/identity";

/** Where an entry came from: records that LinuxKit puts into an entry's extended header (src/cmd/linuxkit/moby/const.go). */
export interface Origin {
    readonly "LINUXKIT.source": string;
    readonly "LINUXKIT.location": string;
}

/** As LinuxKit numbers the sections of its YAML; volumes are `volume[0]` there. */
const places: Readonly<Record<string, string>> = { volumes: "volume" };

/** Finds the origin of a component's entries by their paths. */
export type OriginOf = (component: ComponentKey, path: string) => Origin;

export function originsOf(plan: ImagePlan): OriginOf {
    const known = new Map(plan.order.map((key) => [key, originOf(key, plan)]));
    const files = fileOrigins(plan);
    return (component, path) => {
        if (component === "files") {
            return files(path);
        }
        const origin = known.get(component) ?? originOf(component, plan);
        const isGenerated = component.startsWith("volumes.") && !/^containers\/volumes\/[^/]+\/lower(\/|$)/.test(path);
        return isGenerated ? { ...origin, "LINUXKIT.source": "linuxkit.volumes" } : origin;
    };
}

/** The origins of all components, and the files in their order, as JSON data. */
export function originTable(plan: ImagePlan): readonly (Origin | string)[] {
    return [...plan.order.map((key) => originOf(key, plan)), ...filePaths(plan)];
}

function filePaths(plan: ImagePlan): readonly string[] {
    const component = plan.components["files"];
    return component?.kind === "files" ? Object.keys(component.files) : [];
}

function originOf(key: ComponentKey, plan: ImagePlan): Origin {
    const component = plan.components[key];
    const source = component !== undefined && "source" in component ? component.source : undefined;
    const resolved = component !== undefined && "resolved" in component ? component.resolved : undefined;
    return {
        "LINUXKIT.source": source === undefined ? "empty" : sourceName(source, resolved),
        "LINUXKIT.location": location(key, plan),
    };
}

function location(key: ComponentKey, plan: ImagePlan): string {
    const dot = key.indexOf(".");
    if (dot === -1) {
        return key;
    }
    const section = key.slice(0, dot);
    const index = plan.order.filter((other) => other.startsWith(`${section}.`)).indexOf(key);
    return `${places[section] ?? section}[${index}]`;
}

/** An image by its reference, as LinuxKit does; what LinuxKit does not have, by its content. */
function sourceName(source: SourceSpec, resolved: Resolved | undefined): string {
    if (source.type === "oci" && source.reference !== "") {
        return source.reference;
    }
    const identity = canonicalize(sourceIdentity(source, resolved)) ?? "";
    return `${source.type}@sha256:${createHash("sha256").update(identity).digest("hex")}`;
}

/** A folder that stands for several files has the first one's origin. */
function fileOrigins(plan: ImagePlan): (path: string) => Origin {
    const paths = filePaths(plan);
    return (path) => {
        const index = paths.findIndex((declared) => declared === `/${path}` || declared.startsWith(`/${path}/`));
        return {
            "LINUXKIT.source": "linuxkit.files",
            "LINUXKIT.location": index === -1 ? "files" : `files[${index}]`,
        };
    };
}
