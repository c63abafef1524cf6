import type { FilesSpec } from "../../../sdk/assembly/spec";
import { metadataOf } from "../../../sdk/assembly/yaml/metadata";
import { filesEntries } from "../files";
import type { SegmentRecipe } from "../segments";
import { generatedDirectory } from "../tree/compose";
import { digestEntries } from "../tree/digest";
import type { DirectoryEntry, Entry } from "../tree/entry";
import type { Accounts } from "./accounts";
import { type Layout, followLinks, isDirectory } from "./layout";
import { type Kitchen, fixedRecipe } from "./recipes";

/**
 * The segment of `files`: laid over everything before it, through the links that stand there, so that a file put into
 * /bin of a merged /usr does not replace the link. Folders that are there already keep their owner and permissions.
 */
export async function filesRecipe(
    spec: FilesSpec,
    layout: Layout,
    accounts: Accounts,
    kitchen: Kitchen,
): Promise<SegmentRecipe> {
    const entries = await filesEntries(spec, {
        ...accounts,
        digests: spec.resolved?.digests ?? {},
        metadata: (format) => metadataOf(kitchen.plan, format),
        workingDirectory: kitchen.env.workingDirectory,
    });
    const placed = entries.map((entry) => ({ ...entry, path: followLinks(entry.path, layout) }));
    const all = [...existingParents(placed, layout), ...placed];
    return fixedRecipe("files", ["files", await digestEntries(all)], all, kitchen);
}

function existingParents(entries: readonly Entry[], layout: Layout): DirectoryEntry[] {
    const parents = new Set(entries.flatMap(({ path }) => foldersAbove(path)));
    for (const { path } of entries) {
        parents.delete(path);
    }
    return [...parents].toSorted().flatMap((path) => {
        const found = layout.get(path);
        return found === undefined || !isDirectory(found)
            ? []
            : [{ ...generatedDirectory(path, found[1] & 0o7777), uid: found[2], gid: found[3] }];
    });
}

function foldersAbove(path: string): string[] {
    const segments = path.split("/").slice(0, -1);
    return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}
