import { LinuxKitError } from "../../../../sdk/assembly/error";
import { requireAbandoned } from "../../../lifecycle/attempt";
import { called, identityLabel } from "../../../lifecycle/identity";
import { labels } from "../../../lifecycle/labels";
import type { Steps } from "../../../lifecycle/steps";
import { waitFor } from "../../../lifecycle/wait";
import { awsCode, isRefusal } from "../../client/errors";
import { onceKnown, waitOf, watchOf } from "../../resource/attempt";
import type { Attempt } from "../attempt";
import { snapshotDigest } from "../settings";
import { deleteSnapshot } from "../take-away";
import type { ImportTask } from "./calls";
import { removeObjects } from "./objects";
import { finishImport } from "./task";
import { type AskedImport, keysOf } from "./upload";

/**
 * Imports that earlier attempts of this resource left: one that fits is waited for, all others are cancelled, and what they put
 * into the bucket is removed.
 * The snapshot of the one that fitted stands in the store, as one whose blocks were sent.
 * @param keep whether anything may be kept
 */
export async function salvageImports(attempt: Attempt, steps: Steps, keep: boolean): Promise<void> {
    const { environment, settings, account } = attempt;
    const of = { identity: identityLabel(settings), account, region: settings.region };
    const asked = await steps.run("look for an earlier import", () => environment.store.imports.asked(of));
    if (asked.length === 0 && typeof settings.upload !== "object") {
        return;
    }
    const known = new Map<string, AskedImport>();
    for (const each of asked) {
        await requireIdle(attempt, steps, each.pending);
        const id = await askedAgain(attempt, steps, each);
        if (id === undefined) await forget(attempt, steps, each);
        else known.set(id, each);
    }
    const left = await steps.run("look for imports that were left", () => leftTasks(attempt, steps, known));
    const fitting = keep ? left.find((task) => fits(attempt, task)) : undefined;
    for (const task of left.filter((other) => other !== fitting)) {
        await cancel(attempt, steps, task, known.get(task.id));
    }
    if (fitting !== undefined) {
        await finish(attempt, steps, fitting, known.get(fitting.id));
    }
    await steps.run("look for disks that were left in the bucket", () => sweep(attempt, steps));
}

function requireIdle(attempt: Attempt, steps: Steps, pending: string): Promise<void> {
    return requireAbandoned(pending, called(attempt.settings.identity), watchOf(attempt, steps));
}

/** The task of a request whose answer may have been lost: it is made again, and gives the same one. */
async function askedAgain(attempt: Attempt, steps: Steps, asked: AskedImport): Promise<string | undefined> {
    if (asked.request.isUploaded !== true) {
        return undefined;
    }
    try {
        return await steps.run("ask for the import again", () => attempt.calls.importSnapshot(asked.request));
    } catch (error) {
        if (!isRefusal(error)) throw error;
        return undefined;
    }
}

async function forget(attempt: Attempt, steps: Steps, asked: AskedImport): Promise<void> {
    await steps.run("remove the disk from the bucket", () => removeObjects(attempt, asked.request));
    await steps.run("forget the import", () => attempt.environment.store.imports.remove(asked));
}

/** Tasks are shown for a while after their end: those without the mark are nobody's any more. */
async function leftTasks(
    attempt: Attempt,
    steps: Steps,
    known: ReadonlyMap<string, AskedImport>,
): Promise<readonly ImportTask[]> {
    const all = await onceShown(attempt, steps, [...known.keys()]);
    const identity = identityLabel(attempt.settings);
    const left = all.filter(
        ({ id, tags }) => known.has(id) || (tags[labels.identity] === identity && labels.pending in tags),
    );
    for (const { tags } of left) {
        const pending = tags[labels.pending];
        if (pending !== undefined) await requireIdle(attempt, steps, pending);
    }
    return left;
}

async function onceShown(attempt: Attempt, steps: Steps, ids: readonly string[]): Promise<readonly ImportTask[]> {
    const look = async (): Promise<readonly ImportTask[] | undefined> => {
        const all = await attempt.calls.importTasks();
        return ids.every((id) => all.some((task) => task.id === id)) ? all : undefined;
    };
    return waitFor("imports to be shown", look, waitOf(attempt, steps));
}

function fits({ settings }: Attempt, { state, tags }: ImportTask): boolean {
    return (
        ["active", "completed"].includes(state) &&
        labels.pending in tags &&
        tags[labels.digest] === snapshotDigest(settings)
    );
}

/** One that failed after all is removed: then the disk is imported anew. */
async function finish(attempt: Attempt, steps: Steps, task: ImportTask, asked: AskedImport | undefined): Promise<void> {
    const { calls, pending } = attempt;
    await steps.run("mark the import as this attempt's", () =>
        onceKnown(attempt, steps.signal, () => calls.tag([task.id], { [labels.pending]: pending })),
    );
    try {
        await finishImport(attempt, steps, task.id, asked);
    } catch (error) {
        if (!(error instanceof LinuxKitError && error.code === "import-failed")) throw error;
        await cancel(attempt, steps, task, asked);
    }
}

/** Ends a task and deletes what came of it; the snapshot of one that was quicker is deleted too. */
async function cancel(attempt: Attempt, steps: Steps, task: ImportTask, asked: AskedImport | undefined): Promise<void> {
    const { calls } = attempt;
    if (task.state === "active") {
        await steps.run("cancel the import", () => calls.cancelImport(task.id).catch(unlessEnded));
    }
    const ended = await steps.run("wait for the import's end", () =>
        waitFor(`the import ${task.id} to end`, () => endOf(attempt, task.id), waitOf(attempt, steps)),
    );
    const { snapshot } = ended;
    if (snapshot !== undefined && labels.pending in ended.tags) {
        await steps.run("delete its snapshot", () => deleteSnapshot(attempt, steps, snapshot, { isFresh: true }));
    }
    await steps.run("remove the disk from the bucket", () => removeObjects(attempt, task));
    if (labels.pending in ended.tags) {
        await steps.run("take the mark off the import", () => calls.untag([task.id], [labels.pending]));
    }
    if (asked !== undefined) {
        await steps.run("forget the import", () => attempt.environment.store.imports.remove(asked));
    }
}

async function endOf({ calls }: Attempt, id: string): Promise<ImportTask | undefined> {
    const task = (await calls.importTasks()).find((each) => each.id === id);
    return task !== undefined && ["completed", "deleted"].includes(task.state) ? task : undefined;
}

function unlessEnded(error: unknown): void {
    if (awsCode(error) !== "IncorrectState") throw error;
}

/** Disks of attempts whose machine is lost, in whole or in part: their keys say whose they are. */
async function sweep(attempt: Attempt, steps: Steps): Promise<void> {
    const { settings, calls } = attempt;
    const { upload } = settings;
    if (typeof upload !== "object") {
        return;
    }
    const prefix = keysOf(upload, identityLabel(settings));
    const unfinished = await calls.unfinishedObjects(upload.bucket, prefix);
    const keys = new Set([...(await calls.objects(upload.bucket, prefix)), ...unfinished.map(({ key }) => key)]);
    for (const key of keys) {
        await requireIdle(attempt, steps, key.slice(prefix.length));
        await removeObjects(attempt, { bucket: upload.bucket, key });
    }
}
