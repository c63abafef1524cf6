import path from "node:path";

import type { BuildEnvironment } from "../../image/environment";
import { type Draft, throughDrafts } from "./drafted";
import type { ImageFileEffects } from "./effects";
import { place } from "./place";
import { type FileRecord, type FileRecords, type FileSettings, locate, pathsOf, requestOf } from "./settings";

/** What was made. */
export interface Produced {
    readonly records: FileRecords;
    /** The uppermost folder that was made for it, as the program would give it; "" where all were there. */
    readonly folder: string;
}

/**
 * Writes a format's files, over what may be written over alone.
 * `known` gives the SHA-256 of what may be written over at a path of this machine.
 */
export async function produce(
    { draftFolders, write }: ImageFileEffects,
    settings: FileSettings,
    environment: BuildEnvironment,
    known: (file: string) => readonly string[],
): Promise<Produced> {
    const { workingDirectory, signal } = environment;
    const { drafts, folder } = await throughDrafts({
        wanted: Object.entries(pathsOf(settings)).map(([part, shown]) => {
            return { part, shown, file: locate(shown, workingDirectory) };
        }),
        property: "path",
        draftFolders,
        signal,
        write: (draftOf) => write(requestOf(settings), draftOf, environment),
        place: (whole) => place(whole.map((draft) => ({ ...draft, target: draft.file, known: known(draft.file) }))),
    });
    return { records: Object.fromEntries(drafts.map(recordOf)), folder: shownFolder(folder, settings, environment) };
}

function recordOf({ part, shown, artifact }: Draft): [string, FileRecord] {
    return [part, { path: shown, ...artifact }];
}

function shownFolder(
    folder: string | undefined,
    settings: FileSettings,
    { workingDirectory }: BuildEnvironment,
): string {
    if (folder === undefined) {
        return "";
    }
    return path.isAbsolute(settings.path) ? folder : path.relative(workingDirectory, folder);
}
