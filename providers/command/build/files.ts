import { lstat, rename } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { DraftFolders } from "../../artifact/image-file/draft-folders";
import { type Draft, throughDrafts } from "../../artifact/image-file/drafted";
import type { BuildEnvironment } from "../../image/environment";
import { formatOf, type FormatRequest, writeFormat } from "../../image/formats";
import type { Artifact } from "../../image/plan";

/** What was written, by path. */
export type WrittenFiles = Readonly<Record<string, Artifact>>;

/**
 * Writes an image in a format to files whose names begin so, over what an earlier build left there.
 * @throws LinuxKitError file-not-written, those of the format
 */
export async function writeFiles(
    request: FormatRequest,
    base: string,
    draftFolders: DraftFolders,
    environment: BuildEnvironment,
): Promise<WrittenFiles> {
    const { files } = formatOf(request.format, request.plan.architecture);
    const { drafts } = await throughDrafts({
        wanted: Object.entries(files).map(([part, suffix]) => {
            const file = base + suffix;
            return { part, file, shown: path.relative(environment.workingDirectory, file) };
        }),
        property: "--dir",
        draftFolders,
        signal: environment.signal,
        write: (draftOf) => writeFormat(request, draftOf, environment),
        place: putOver,
    });
    return Object.fromEntries(drafts.map(({ shown, artifact }) => [shown, artifact]));
}

/** All of them, or where a folder stands in the way of one, none. */
async function putOver(drafts: readonly Draft[]): Promise<void> {
    for (const { file, shown } of drafts) {
        const status = await lstat(file).catch(() => undefined);
        if (status?.isDirectory() === true) {
            throw new LinuxKitError("file-not-written", `--dir: ${shown} is a folder: name another place, or --name`, {
                path: shown,
            });
        }
    }
    for (const { draft, file } of drafts) {
        await rename(draft, file);
    }
}
