import { removeVerified } from "../../lifecycle/removal";
import { labels } from "../../lifecycle/labels";
import { type Wait, waitFor } from "../../lifecycle/wait";
import { awsCode, isAbsent } from "../client/errors";
import type { ImportTask } from "../image/import/calls";
import { removeObjects } from "../image/import/objects";
import type { LeftoverCalls, Thing } from "./calls";

/**
 * Ends an import that nobody waits for, and takes away what came of it: the snapshot, which has no tags yet, and the disk in
 * the bucket. The task's mark goes last: until then all of it is found by it.
 */
export async function endImport(calls: LeftoverCalls, { id }: Thing, wait: Wait): Promise<void> {
    const { imports } = calls;
    const find = async (): Promise<ImportTask | undefined> =>
        (await imports.importTasks()).find((task) => task.id === id);
    if ((await find())?.state === "active") {
        await imports.cancelImport(id).catch(unlessEnded);
    }
    const task = await waitFor(`the import ${id} to end`, async () => ended(await find()), wait);
    if (task === "gone") {
        return;
    }
    if (task.snapshot !== undefined) {
        await removeSnapshot(calls, task.snapshot, wait);
    }
    await removeObjects({ calls: imports }, task);
    await imports.untag([id], [labels.pending]);
}

/** AWS shows a task for a while after its end. */
function ended(task: ImportTask | undefined): ImportTask | "gone" | undefined {
    if (task === undefined) {
        return "gone";
    }
    return ["completed", "deleted"].includes(task.state) ? task : undefined;
}

async function removeSnapshot(calls: LeftoverCalls, id: string, wait: Wait): Promise<void> {
    const snapshot: Thing = { type: "snapshot", id, state: "", partOf: [], tags: {} };
    const remove = async (): Promise<boolean> =>
        calls.remove(snapshot).then(
            () => true,
            (error: unknown) => {
                if (!isAbsent(error)) throw error;
                return false;
            },
        );
    await removeVerified(`the snapshot ${id}`, { remove, isThere: () => calls.isThere(snapshot) }, wait);
}

function unlessEnded(error: unknown): void {
    if (awsCode(error) !== "IncorrectState") throw error;
}
