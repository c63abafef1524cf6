import type { FilesSpec } from "../../../sdk/assembly/spec";
import { metadataOf } from "../../../sdk/assembly/yaml/metadata";
import { filesEntries } from "../files";
import type { SegmentRecipe } from "../segments";
import { generatedDirectory } from "../tree/compose";
import { digestEntries } from "../tree/digest";
import type { DirectoryEntry, Entry } from "../tree/entry";
import type { Accounts } from "./accounts";
import { type Layout, followLinks, foldersAbove, standingFolder } from "./layout";
import { type Kitchen, fixedRecipe } from "./recipes";

/**
 * The segment of `files`: laid over everything before it, through the links that stand there, so that a file put into
 * /bin of a merged /usr does not replace the link. Folders that are there already keep their owner and permissions; new ones
 * have those of the file that needs them, as LinuxKit gives them to every one.
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
    const all = [...foldersOf(placed, layout), ...placed];
    return fixedRecipe("files", ["files", await digestEntries(all)], all, kitchen);
}

/** The folders on the way, the first of their files by its path counting where several need a new one. */
function foldersOf(entries: readonly Entry[], layout: Layout): DirectoryEntry[] {
    const declared = new Set(entries.map(({ path }) => path));
    const folders = new Map<string, DirectoryEntry>();
    for (const entry of entries) {
        for (const path of foldersAbove(entry.path)) {
            if (!declared.has(path) && !folders.has(path)) {
                folders.set(path, standingFolder(path, layout) ?? newFolder(path, entry));
            }
        }
    }
    return [...folders.values()];
}

/** B/build.go, filesystem: the file's owner, and its permissions with those to enter. A link says nothing of permissions. */
function newFolder(path: string, { type, mode, uid, gid }: Entry): DirectoryEntry {
    const enter = [0o100, 0o010, 0o001].filter((bit) => (mode & (bit * 7)) !== 0).reduce((sum, bit) => sum | bit, 0);
    return { ...generatedDirectory(path, type === "symlink" ? 0o755 : mode | enter), uid, gid };
}
