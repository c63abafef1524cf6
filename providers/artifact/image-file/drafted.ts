import { rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Artifact } from "../../image/plan";
import { makeFolder } from "../../image/store/make-folder";
import type { DraftFolders } from "./draft-folders";
import { draftName, sweepDrafts } from "./drafts";
import { removeFolders } from "./folder";

/** An image can hold secrets. */
const OWNER_ONLY = 0o600;

/** A file that is to be written, by its part of a format. */
export interface Wanted {
    readonly part: string;
    /** As the user gave it. */
    readonly shown: string;
    /** On this machine. */
    readonly file: string;
}

interface Target extends Wanted {
    readonly draft: string;
}

/** A file that was written, and waits for its place. */
export interface Draft extends Target {
    readonly artifact: Artifact;
}

export interface DraftTask {
    /** All in one folder, which is made where it is missing. */
    readonly wanted: readonly Wanted[];
    /** What says where the files go, for errors. */
    readonly property: string;
    readonly draftFolders: Pick<DraftFolders, "remember" | "sweep">;
    readonly signal: AbortSignal;
    readonly write: (draftOf: (part: string) => string) => Promise<Readonly<Record<string, Artifact>>>;
    /** Puts the drafts into their places. */
    readonly place: (drafts: readonly Draft[]) => Promise<void>;
}

export interface Drafted {
    readonly drafts: readonly Draft[];
    /** The uppermost folder that was made for them. */
    readonly folder: string | undefined;
}

/**
 * Writes files as drafts beside their places, and puts them there when all are whole. Nothing of an attempt stays but what
 * was put in its place; what is left where the process is killed, the next attempt finds, and `gc`.
 * @throws LinuxKitError file-not-written, which names the property
 */
export async function throughDrafts(task: DraftTask): Promise<Drafted> {
    try {
        const targets = await Promise.all(
            task.wanted.map(async (wanted) => ({ ...wanted, draft: await draftName(wanted.file) })),
        );
        const [first] = targets;
        const folder = first === undefined ? undefined : await makeFolder(path.dirname(first.file));
        return { drafts: await produce(targets, folder, task), folder };
    } catch (error) {
        throw explained(error, task);
    }
}

async function produce(
    targets: readonly Target[],
    folder: string | undefined,
    { draftFolders, signal, write, place }: DraftTask,
): Promise<readonly Draft[]> {
    let isPlaced = false;
    try {
        await begin(targets, draftFolders);
        const artifacts = await write((part) => targetOf(part, targets).draft);
        signal.throwIfAborted();
        const drafts = targets.map((target) => ({ ...target, artifact: artifactOf(target.part, artifacts) }));
        await place(drafts);
        isPlaced = true;
        return drafts;
    } finally {
        await Promise.all(targets.map(({ draft }) => rm(draft, { force: true })));
        await draftFolders.sweep();
        if (folder !== undefined && !isPlaced) {
            await Promise.all(targets.map(({ file }) => removeFolders(file, folder)));
        }
    }
}

/**
 * Removes what killed attempts left, and makes the drafts, empty. Their folder is remembered before, since this process may
 * be killed at once, and after, since another may have looked meanwhile and found none.
 */
async function begin(targets: readonly Target[], draftFolders: DraftTask["draftFolders"]): Promise<void> {
    await draftFolders.sweep();
    for (const { file, draft } of targets) {
        await sweepDrafts(file);
        await draftFolders.remember(path.dirname(file));
        await writeFile(draft, "", { flag: "wx", mode: OWNER_ONLY });
        await draftFolders.remember(path.dirname(file));
    }
}

function targetOf(part: string, targets: readonly Target[]): Target {
    const target = targets.find((each) => each.part === part);
    if (target === undefined) {
        throw new Error(`the format has no part ${part}`);
    }
    return target;
}

function artifactOf(part: string, artifacts: Readonly<Record<string, Artifact>>): Artifact {
    const artifact = artifacts[part];
    if (artifact === undefined) {
        throw new Error(`the format's part ${part} was not written`);
    }
    return artifact;
}

/** An error of the system says what failed, not for which property. */
function explained(error: unknown, { wanted, property }: DraftTask): unknown {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof LinuxKitError || code === undefined || syscall === undefined) {
        return error;
    }
    const given = wanted[0]?.shown ?? "";
    const hint = syscall === "mkdir" ? ": name a place where folders can be made" : "";
    return new LinuxKitError(
        "file-not-written",
        `${property}: ${given} cannot be written: ${message}${hint}`,
        { path: given, code },
        { cause: error },
    );
}
