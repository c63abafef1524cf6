import { createHash } from "node:crypto";

import type {
    Architecture,
    AssemblySpec,
    ComponentSpec,
    DebianSource,
    OciSource,
    Resolved,
    SourceSpec,
} from "../../../sdk/assembly/spec";
import { baseEntries } from "../base";
import type * as debianModule from "../debian/resolve";
import type * as wantedModule from "../debian/wanted-modules";
import type { BuildEnvironment } from "../environment";
import { resolveFiles } from "../files";
import { digestFolder } from "../folder";
import { type Memory, remembered } from "../memory";
import type * as ociModule from "../oci";
import { digestEntries } from "../tree/digest";
import { folderLocation } from "./location";
import { named } from "./named";
import { builtinDigest, componentFiles } from "./packaged";

/**
 * The same assembly with each source resolved to what it holds now, or to what `previous` recorded for the same declaration.
 * @throws LinuxKitError of the source, with the component's key in `fields.component`
 */
export async function resolveComponents(
    spec: AssemblySpec,
    previous: AssemblySpec | undefined,
    env: BuildEnvironment,
): Promise<AssemblySpec> {
    const resolved = await Promise.all(
        Object.entries(spec.components).map(async ([key, component]) => {
            const before = previous?.components[key];
            const recorded = before !== undefined && "resolved" in before ? before.resolved : undefined;
            return [
                key,
                await named(key, () => resolveComponent(component, spec.architecture, recorded, env)),
            ] as const;
        }),
    );
    return { ...spec, components: Object.fromEntries(resolved) };
}

async function resolveComponent(
    component: ComponentSpec,
    architecture: Architecture,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<ComponentSpec> {
    if (component.kind === "files") {
        const resolved = await resolveFiles(component, env.workingDirectory);
        return resolved === undefined ? component : { ...component, resolved };
    }
    if (component.source === undefined) {
        return component;
    }
    if (component.kind === "volume" && component.format === "oci" && component.source.type === "oci") {
        const { resolveWholeOci } = require("../oci") as typeof ociModule;
        return { ...component, resolved: await resolveWholeOci(component.source, recorded, env) };
    }
    return { ...component, resolved: await resolveSource(component.source, architecture, recorded, env) };
}

async function resolveSource(
    source: SourceSpec,
    architecture: Architecture,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<Resolved> {
    switch (source.type) {
        case "debian":
            return resolvePackages(source, architecture, recorded, env);
        case "folder":
            return { type: "folder", digest: await digestFolder(folderLocation(source, env), env.signal) };
        case "builtin":
            return {
                type: "builtin",
                digest: await remembered(shipped, env, source.name, () => builtinDigest(source.name)),
            };
        case "oci":
            return resolveImage(source, architecture, recorded, env);
    }
}

/** Digests of what ships with this package. */
const shipped: Memory<string> = new WeakMap();

/** Some packages are themselves and what this project adds, which changes with its versions, not with the archive. */
async function resolvePackages(
    source: DebianSource,
    architecture: Architecture,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<Resolved> {
    const { resolveDebian } = require("../debian/resolve") as typeof debianModule;
    const { own: _, ...resolved } = await resolveDebian(source, architecture, recorded, env);
    const own = await ownPart(source, env);
    return own === undefined ? resolved : { ...resolved, own };
}

function resolveImage(
    source: OciSource,
    architecture: Architecture,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<Resolved> {
    const { resolveOci } = require("../oci") as typeof ociModule;
    return resolveOci(source, architecture, recorded, env);
}

async function ownPart(source: DebianSource, env: BuildEnvironment): Promise<string | undefined> {
    switch (source.role) {
        case "base":
            return remembered(shipped, env, `base ${source.runtime} ${source.getty}`, () =>
                digestEntries(baseEntries(source)),
            );
        case "kernel": {
            const { wantedModules } = require("../debian/wanted-modules") as typeof wantedModule;
            return createHash("sha256")
                .update(JSON.stringify(wantedModules(source)))
                .digest("hex");
        }
        case "rootfs":
            return source.component === undefined ? undefined : digestEntries(componentFiles(source.component));
    }
}
