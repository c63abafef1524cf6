import { LinuxKitError } from "../../../../sdk/assembly/error";
import { identityLabel } from "../../../lifecycle/identity";
import { labels } from "../../../lifecycle/labels";
import type { Steps } from "../../../lifecycle/steps";
import { waitFor } from "../../../lifecycle/wait";
import { onceKnown, waitOf } from "../../resource/attempt";
import type { Attempt } from "../attempt";
import type { Snapshot } from "../calls";
import { type BucketUpload, snapshotDigest, tagsWhileMade } from "../settings";
import type { StartedUpload } from "../snapshot";
import type { ImportTask } from "./calls";
import { removeObjects } from "./objects";
import { type AskedImport, uploadDisk } from "./upload";

/** Has AWS make a snapshot of the disk by way of a bucket. From then on it is as one whose blocks were sent. */
export async function importDisk(attempt: Attempt, steps: Steps, target: BucketUpload): Promise<StartedUpload> {
    const asked = await uploadDisk(attempt, steps, target);
    const id = await steps.run("start the import", () => attempt.calls.importSnapshot(asked.request));
    return finishImport(attempt, steps, id, asked);
}

/**
 * Waits for an import, marks its snapshot as this attempt's, which gets no tags of its task, and removes the disk from the
 * bucket. The task's own mark goes last: until then the snapshot is found by it.
 * @throws LinuxKitError `import-failed`, `timed-out`
 */
export async function finishImport(
    attempt: Attempt,
    steps: Steps,
    id: string,
    asked: AskedImport | undefined,
): Promise<StartedUpload> {
    const { environment, calls, settings, pending } = attempt;
    environment.progress({ message: `waiting for the import of ${settings.name} in ${settings.region}` });
    const task = await steps.run("wait for the import", () => imported(attempt, steps, id));
    const { snapshot } = task;
    await steps.run("mark the snapshot as this attempt's", () =>
        onceKnown(attempt, steps.signal, () =>
            calls.tag([snapshot], tagsWhileMade(settings, snapshotDigest(settings), pending)),
        ),
    );
    const upload = await steps.run("record the snapshot", async () =>
        environment.store.write(await uploadOf(attempt, steps, snapshot)),
    );
    await steps.run("remove the disk from the bucket", () => removeObjects(attempt, task));
    await steps.run("take the mark off the import", () => calls.untag([id], [labels.pending]));
    if (asked !== undefined) {
        await steps.run("forget the import", () => environment.store.imports.remove(asked));
    }
    return { ...upload, snapshot };
}

async function uploadOf(attempt: Attempt, steps: Steps, snapshot: string): Promise<StartedUpload> {
    const { environment, calls, settings, account, pending } = attempt;
    const shown = async (): Promise<Snapshot | undefined> => (await calls.snapshots({ ids: [snapshot] }))[0];
    const { sizeGiB } = await waitFor(`the snapshot ${snapshot} to be shown`, shown, waitOf(attempt, steps));
    return {
        version: 1,
        identity: identityLabel(settings),
        account,
        region: settings.region,
        pending,
        request: {
            token: environment.random(40),
            sizeGiB: settings.sizeGiB ?? sizeGiB,
            description: settings.description,
            tags: tagsWhileMade(settings, snapshotDigest(settings), pending),
        },
        snapshot,
    };
}

async function imported(
    attempt: Attempt,
    steps: Steps,
    id: string,
): Promise<ImportTask & { readonly snapshot: string }> {
    const look = async (): Promise<(ImportTask & { readonly snapshot: string }) | undefined> => {
        const task = (await attempt.calls.importTasks()).find((each) => each.id === id);
        if (task !== undefined && ["deleting", "deleted"].includes(task.state)) {
            throw new LinuxKitError(
                "import-failed",
                `AWS could not import the disk (${id}): ${task.reason ?? "it gives no reason"}; look whether the role ${JSON.stringify(roleOf(attempt))} may read s3://${task.bucket}`,
                { task: id },
            );
        }
        const snapshot = task?.state === "completed" ? task.snapshot : undefined;
        return task === undefined || snapshot === undefined ? undefined : { ...task, snapshot };
    };
    return waitFor(`the import ${id} to be completed`, look, waitOf(attempt, steps));
}

function roleOf({ settings: { upload } }: Attempt): string {
    return (typeof upload === "object" ? upload.role : undefined) ?? "vmimport";
}
