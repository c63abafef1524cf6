import { createHash, randomBytes } from "node:crypto";

import canonicalize from "canonicalize";

import type { BuildEnvironment } from "../../image/environment";
import type { Handler, Properties } from "../../lifecycle/handler";
import { check } from "./check";
import { sweepDrafts } from "./drafts";
import type { ImageFileEffects } from "./effects";
import { isBelow, removeFolders } from "./folder";
import { look } from "./look";
import { produce } from "./produce";
import { removeWritten } from "./remove";
import { type FileRecord, type FileRecords, foundIn, locate, readSettings, writtenIn } from "./settings";

export const randomFileId = (): string => `image-file-${randomBytes(8).toString("hex")}`;

/**
 * `linuxkit.ImageFile`: an image, written in one format to a path of this machine. It writes over and removes only what it
 * wrote itself; what a refresh has shown to be changed is written anew.
 */
export function imageFileHandler(effects: ImageFileEffects): Handler {
    return {
        check: (olds, news) => check(effects, olds, news),
        diff: async (_id, olds, news) => ({
            changes: isDifferent(olds, news),
            replaces: [],
            deleteBeforeReplace: true,
        }),
        create: (inputs) => effects.operation(() => create(effects, inputs)),
        read: (id, outs) => read(effects, id, outs),
        update: (_id, olds, news) => effects.operation(() => update(effects, olds, news)),
        delete: (_id, outs) => effects.operation(() => remove(effects, outs)),
    };
}

function isDifferent(olds: Properties, news: Properties): boolean {
    const isAdrift = canonicalize(foundIn(olds)) !== canonicalize(writtenIn(olds));
    return isAdrift || olds["digest"] !== news["digest"] || olds["path"] !== news["path"];
}

async function create(effects: ImageFileEffects, inputs: Properties): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(inputs);
    const environment = await effects.environment(settings.image.mirrors);
    const produced = await produce(effects, settings, environment, () => []);
    return { id: effects.newId(), outs: outputs(inputs, produced.records, produced.folder) };
}

/** The new files first, then the old ones go that stand elsewhere. */
async function update(effects: ImageFileEffects, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
    const settings = readSettings(news);
    const environment = await effects.environment(settings.image.mirrors);
    const place = (record: FileRecord): string => locate(record.path, environment.workingDirectory);
    const before = [...Object.values(writtenIn(olds)), ...Object.values(foundIn(olds))];
    const known = (file: string) => before.flatMap((record) => (place(record) === file ? [record.sha256] : []));
    const { records, folder } = await produce(effects, settings, environment, known);
    const kept = new Set(Object.values(records).map(place));
    const left = Object.values(writtenIn(olds)).filter((record) => !kept.has(place(record)));
    await removeAll(effects, left, olds, environment);
    const former = folderIn(olds);
    const isInFormer =
        former !== "" && [...kept].every((file) => isBelow(file, locate(former, environment.workingDirectory)));
    return { outs: outputs(news, records, isInFormer ? former : folder) };
}

/** What is there now; an id of its own stands for nothing only when every file is gone. */
async function read(
    effects: ImageFileEffects,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const { workingDirectory } = await effects.environment(readSettings(outs).image.mirrors);
    const looked = await Promise.all(
        Object.entries(writtenIn(outs)).map(async ([part, record]) => {
            const found = await look(locate(record.path, workingDirectory));
            return found.kind === "file" ? [[part, { path: record.path, ...found.artifact }] as const] : [];
        }),
    );
    const files = Object.fromEntries(looked.flat());
    return Object.keys(files).length === 0 ? { id: "", outs: {} } : { id, outs: { ...outs, files, ...summary(files) } };
}

async function remove(effects: ImageFileEffects, outs: Properties): Promise<void> {
    const environment = await effects.environment(readSettings(outs).image.mirrors);
    await effects.draftFolders.sweep();
    await removeAll(effects, Object.values(writtenIn(outs)), outs, environment);
}

async function removeAll(
    effects: ImageFileEffects,
    records: readonly FileRecord[],
    outs: Properties,
    { workingDirectory }: BuildEnvironment,
): Promise<void> {
    const folder = folderIn(outs);
    for (const record of records) {
        const target = locate(record.path, workingDirectory);
        await sweepDrafts(target);
        const reason = await removeWritten(target, record);
        if (reason !== undefined) {
            effects.note(reason);
        }
        if (folder !== "") {
            await removeFolders(target, locate(folder, workingDirectory));
        }
    }
}

/** The uppermost folder that was made for the files. */
function folderIn(outs: Properties): string {
    return (outs["folder"] ?? "") as string;
}

function outputs(inputs: Properties, written: FileRecords, folder: string): Properties {
    return { ...inputs, written, files: written, folder, ...summary(written) };
}

/** Of one file its own; of several their sum, and the SHA-256 over a line for each as `sha256sum` prints it. */
function summary(files: FileRecords): { readonly sha256: string; readonly sizeBytes: number } {
    const records = Object.entries(files);
    const [only] = records.length === 1 ? Object.values(files) : [];
    const lines = records.map(([part, { sha256 }]) => `${sha256}  ${part}\n`).toSorted();
    return {
        sha256: only?.sha256 ?? createHash("sha256").update(lines.join("")).digest("hex"),
        sizeBytes: records.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0),
    };
}
