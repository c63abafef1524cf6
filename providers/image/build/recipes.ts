import type { LimitFunction } from "p-limit";

import type { SourceSpec, Sourced, VolumeSpec } from "../../../sdk/assembly/spec";
import { containerFiles } from "../container";
import type { CompressOptions } from "../codec";
import type { BuildEnvironment } from "../environment";
import { wholeOciEntries } from "../oci";
import type { ImagePlan } from "../plan";
import type { OpenedTree, SegmentRecipe } from "../segments";
import { sourceIdentity } from "../sources/identity";
import { openSource } from "../sources/open";
import { chained, generatedDirectory, inDirectory } from "../tree/compose";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Entry, EntryStream } from "../tree/entry";
import { type Accounts, accountFiles } from "./accounts";
import type { PlacedContainer } from "./containers";
import { asContainerRoot, asMachineRoot } from "./image-layout";
import { withContainerMountPoints, withInitMountPoints } from "./mount-points";

/** Where Alpine's packages of a root are listed. */
export const apkDatabase = "lib/apk/db/installed";

/** What every recipe of a build has in common. */
export interface Kitchen {
    readonly plan: ImagePlan;
    /** Its signal calls off this build alone. */
    readonly env: BuildEnvironment;
    readonly stop: (reason: unknown) => void;
    /** Holds back what more segments would need than the machine's memory and processors allow. */
    readonly limit: LimitFunction;
    readonly compression: CompressOptions;
}

export function initRecipe(component: string, sourced: Sourced, kitchen: Kitchen): SegmentRecipe {
    return {
        component,
        madeOf: ["init", sourceIdentity(sourced.source, sourced.resolved), kitchen.plan.architecture],
        compression: kitchen.compression,
        captured: isImage(sourced) ? [...accountFiles, apkDatabase] : accountFiles,
        open: () => opened(sourced, kitchen, isImage(sourced) ? asMachineRoot : withInitMountPoints),
    };
}

export function rootRecipe({ key, spec, root }: PlacedContainer, kitchen: Kitchen): SegmentRecipe {
    const complete = isImage(spec) ? asContainerRoot : withContainerMountPoints;
    return {
        component: key,
        madeOf: ["root", root, sourceIdentity(spec.source, spec.resolved), kitchen.plan.architecture],
        compression: kitchen.compression,
        captured: accountFiles.map((path) => `${root}/${path}`),
        open: () => opened(spec, kitchen, (entries) => inDirectory(root, complete(entries))),
    };
}

export function configRecipe(container: PlacedContainer, accounts: Accounts, kitchen: Kitchen): SegmentRecipe {
    const { spec, directory, imageConfig, notes } = container;
    const volumes = Object.values(kitchen.plan.components).filter((each) => each.kind === "volume");
    const files = containerFiles(spec, {
        directory,
        architecture: kitchen.plan.architecture,
        ...(container.isShared ? { sharedRoot: container.root } : {}),
        ...(imageConfig === undefined ? {} : { imageConfig }),
        ...accounts,
        volumes: volumes.map(({ name }) => name),
        readonlyVolumes: volumes.filter(({ readonly }) => readonly).map(({ name }) => name),
    });
    const folders = spec.readonly ? ["rootfs"] : ["tmp", "rootfs"];
    const entries = [
        ...folders.map((name) => generatedDirectory(`${directory}/${name}`)),
        ...files.map(({ path, contents, mode }) => textFile(path, contents, mode)),
    ];
    const madeOf = notes.length === 0 ? ["config", folders, files] : ["config", folders, files, notes];
    return fixedRecipe(container.key, madeOf, entries, kitchen, notes);
}

/**
 * LinuxKit's layout of a volume: what its image brings, what is written to it, and where both are seen; `readonly` marks
 * one that nobody may write to.
 */
export function volumeRecipe(component: string, spec: VolumeSpec, kitchen: Kitchen): SegmentRecipe {
    const directory = `containers/volumes/${spec.name}`;
    const own = [
        ...["lower", "tmp", "merged"].map((name) => generatedDirectory(`${directory}/${name}`)),
        ...(spec.readonly ? [textFile(`${directory}/readonly`, "", 0o644)] : []),
    ];
    const { source, resolved, format, platforms } = spec;
    const madeOf = ["volume", directory, spec.readonly];
    if (source === undefined) {
        return fixedRecipe(component, madeOf, own, kitchen);
    }
    const kept = format === "oci" ? [{ format, platforms }] : [];
    return {
        component,
        madeOf: [...madeOf, sourceIdentity(source, resolved), kitchen.plan.architecture, ...kept],
        compression: kitchen.compression,
        captured: [],
        open: async () => {
            const { entries, notes } = await openVolume(spec, source, kitchen);
            return { entries: chained(own, inDirectory(`${directory}/lower`, entries)), notes };
        },
    };
}

/** The files of a volume's source, or the image itself. */
async function openVolume(
    { resolved, format, platforms }: VolumeSpec,
    source: SourceSpec,
    kitchen: Kitchen,
): Promise<OpenedTree> {
    if (format === "oci" && source.type === "oci" && resolved?.type === "oci") {
        return { entries: wholeOciEntries(source, resolved, platforms, kitchen.env), notes: [] };
    }
    const sourced: Sourced = resolved === undefined ? { source } : { source, resolved };
    return opened(sourced, kitchen, isImage(sourced) ? asMachineRoot : (entries) => entries);
}

/** Entries that are known before the segment is looked for. */
export function fixedRecipe(
    component: string,
    madeOf: unknown,
    entries: readonly Entry[],
    kitchen: Pick<Kitchen, "compression">,
    notes: readonly string[] = [],
): SegmentRecipe {
    return {
        component,
        madeOf,
        compression: kitchen.compression,
        captured: [],
        open: () => Promise.resolve({ entries: chained(entries), notes }),
    };
}

function isImage({ source }: Sourced): boolean {
    return source.type === "oci";
}

async function opened(
    sourced: Sourced,
    { plan, env }: Kitchen,
    arrange: (entries: EntryStream) => EntryStream,
): Promise<OpenedTree> {
    const tree = await openSource(sourced, plan.architecture, env);
    return { ...tree, entries: arrange(tree.entries) };
}

function textFile(path: string, text: string, mode: number): Entry {
    return { type: "file", path, mode, uid: 0, gid: 0, mtime: GENERATED_MTIME, content: contentOf(text) };
}
