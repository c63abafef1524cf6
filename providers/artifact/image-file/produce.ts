import { rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../../image/environment";
import type { Artifact } from "../../image/plan";
import { draftName, sweepDrafts } from "./drafts";
import { makeFolder, removeFolders } from "./folder";
import type { ImageFileEffects } from "./effects";
import { type Placement, place } from "./place";
import { type FileRecord, type FileRecords, type FileSettings, locate, pathsOf, requestOf } from "./settings";

/** An image can hold secrets. */
const OWNER_ONLY = 0o600;

/** What was made. */
export interface Produced {
    readonly records: FileRecords;
    /** The uppermost folder that was made for it, as the program would give it; "" where all were there. */
    readonly folder: string;
}

interface Target {
    readonly part: string;
    readonly shown: string;
    readonly file: string;
    readonly draft: string;
}

/**
 * Writes a format's files as drafts beside their places, and puts them there when all are whole.
 * `known` gives the SHA-256 of what may be written over at a path of this machine.
 */
export async function produce(
    effects: ImageFileEffects,
    settings: FileSettings,
    environment: BuildEnvironment,
    known: (file: string) => readonly string[],
): Promise<Produced> {
    const targets = await targetsOf(settings, environment.workingDirectory);
    const made = await folderOf(targets, settings);
    let isPlaced = false;
    try {
        await begin(targets, effects);
        const artifacts = await effects.write(requestOf(settings), draftOf(targets), environment);
        environment.signal.throwIfAborted();
        await place(targets.map((target) => placement(target, artifacts, known)));
        isPlaced = true;
        const folder = made === undefined ? "" : shownFolder(made, settings, environment);
        return { records: Object.fromEntries(targets.map((target) => recordOf(target, artifacts))), folder };
    } catch (error) {
        throw explained(error, settings.path);
    } finally {
        await cleanUp(targets, effects);
        if (made !== undefined && !isPlaced) {
            await Promise.all(targets.map(({ file }) => removeFolders(file, made)));
        }
    }
}

async function targetsOf(settings: FileSettings, workingDirectory: string): Promise<Target[]> {
    return Promise.all(
        Object.entries(pathsOf(settings)).map(async ([part, shown]) => {
            const file = locate(shown, workingDirectory);
            return { part, shown, file, draft: await draftName(file) };
        }),
    );
}

/** Makes the folder, in which all files of a format stand. */
async function folderOf([first]: readonly Target[], settings: FileSettings): Promise<string | undefined> {
    try {
        return first === undefined ? undefined : await makeFolder(first.file);
    } catch (error) {
        throw explained(error, settings.path);
    }
}

/** Removes what killed attempts left, and makes the drafts, empty. */
async function begin(targets: readonly Target[], { draftFolders }: ImageFileEffects): Promise<void> {
    await draftFolders.sweep();
    for (const { file, draft } of targets) {
        await sweepDrafts(file);
        await writeFile(draft, "", { flag: "wx", mode: OWNER_ONLY });
        await draftFolders.remember(path.dirname(file));
    }
}

/** Nothing of an attempt stays but what was put in its place. */
async function cleanUp(targets: readonly Target[], { draftFolders }: ImageFileEffects): Promise<void> {
    await Promise.all(targets.map(({ draft }) => rm(draft, { force: true })));
    await draftFolders.sweep();
}

function draftOf(targets: readonly Target[]): (part: string) => string {
    return (part) => {
        const target = targets.find((each) => each.part === part);
        if (target === undefined) {
            throw new Error(`the format has no part ${part}`);
        }
        return target.draft;
    };
}

function placement(
    { part, shown, file, draft }: Target,
    artifacts: Readonly<Record<string, Artifact>>,
    known: (file: string) => readonly string[],
): Placement {
    return { draft, target: file, shown, artifact: artifactOf(part, artifacts), known: known(file) };
}

function recordOf({ part, shown }: Target, artifacts: Readonly<Record<string, Artifact>>): [string, FileRecord] {
    return [part, { path: shown, ...artifactOf(part, artifacts) }];
}

function artifactOf(part: string, artifacts: Readonly<Record<string, Artifact>>): Artifact {
    const artifact = artifacts[part];
    if (artifact === undefined) {
        throw new Error(`the format's part ${part} was not written`);
    }
    return artifact;
}

function shownFolder(folder: string, settings: FileSettings, { workingDirectory }: BuildEnvironment): string {
    return path.isAbsolute(settings.path) ? folder : path.relative(workingDirectory, folder);
}

/** An error of the system says what failed, not for which property. */
function explained(error: unknown, given: string): unknown {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof LinuxKitError || code === undefined || syscall === undefined) {
        return error;
    }
    return new LinuxKitError(
        "file-not-written",
        `path: ${given} cannot be written: ${message}`,
        { path: given, code },
        { cause: error },
    );
}
