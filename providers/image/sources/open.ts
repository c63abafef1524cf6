import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Architecture, DebianSource, Resolved, Sourced } from "../../../sdk/assembly/spec";
import { baseEntries } from "../base";
import type * as debianModule from "../debian";
import type { BuildEnvironment } from "../environment";
import { folderEntries } from "../folder";
import { openOciImage } from "../oci";
import { mergeLayers } from "../rootfs";
import type { OpenedTree } from "../segments";
import { overridden } from "../tree/compose";
import type { Entry } from "../tree/entry";
import { folderLocation } from "./location";
import { builtinEntries, componentFiles } from "./packaged";

/**
 * The root filesystem that a resolved source stands for, to be read once. Packages and layers that the store lacks are downloaded.
 * @throws LinuxKitError of the source
 */
export async function openSource(
    { source, resolved }: Sourced,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<OpenedTree> {
    if (source.type === "debian" && resolved?.type === "debian") {
        const { debianEntries } = require("../debian") as typeof debianModule;
        const tree = await debianEntries(source, resolved, architecture, env);
        return source.role === "base"
            ? { ...tree, entries: overridden(tree.entries, baseEntries(source)) }
            : withComponent(source, tree);
    }
    if (source.type === "folder" && resolved?.type === "folder") {
        return { entries: folderEntries(folderLocation(source, env), resolved.digest), notes: [] };
    }
    if (source.type === "builtin" && resolved?.type === "builtin") {
        return { entries: builtinEntries(source.name), notes: [] };
    }
    if (source.type === "oci" && resolved?.type === "oci") {
        const { layers } = await openOciImage(source, resolved, env);
        return { entries: mergeLayers(layers, env.signal), notes: [] };
    }
    throw unresolved(source.type, resolved);
}

/** What packages lack for other uses needs no note: a component of this package gets along without. */
async function withComponent({ component }: DebianSource, tree: OpenedTree): Promise<OpenedTree> {
    if (component === undefined) {
        return tree;
    }
    const own: Entry[] = [];
    for await (const entry of componentFiles(component)) {
        own.push(entry);
    }
    return { entries: overridden(tree.entries, own), notes: [] };
}

function unresolved(type: string, resolved: Resolved | undefined): LinuxKitError {
    const found = resolved?.type ?? "nothing";
    const text = `a ${type} source is resolved to ${found}: an image is built from a plan whose components are all resolved`;
    return new LinuxKitError("PlanUnresolved", text, { type, resolved: found });
}
