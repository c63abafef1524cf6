import type { SparseDisk } from "../../image/disk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { awsCode } from "../client/errors";
import { waitOf } from "../resource/attempt";
import type { Attempt } from "./attempt";
import { predecessor } from "./predecessor";
import { called, identityLabel } from "../../lifecycle/identity";
import { gibibyte, snapshotDigest, tagsWhileMade } from "./settings";
import type { Upload } from "./store/store";
import { linearChecksum } from "./upload/changes";
import { type Sent, sendBlocks } from "./upload/send";

/** An upload whose snapshot has an id. */
export type StartedUpload = Upload & { readonly snapshot: string };

/** A new snapshot to upload to. It stands in the store before it is asked for, so that the next attempt finds it. */
export async function startUpload(attempt: Attempt, steps: Steps, disk: SparseDisk): Promise<StartedUpload> {
    const { store } = attempt.environment;
    const wanted = await steps.run("look for a predecessor", () => newUpload(attempt, disk));
    await steps.run("record the upload", () => store.write(wanted));
    try {
        return await ask(attempt, steps, wanted);
    } catch (error) {
        if (awsCode(error) !== "ValidationException" || wanted.request.parent === undefined) {
            throw error;
        }
        await store.remove(wanted);
        const full = await steps.run("record a full upload", () => store.write(withoutParent(attempt, wanted)));
        return ask(attempt, steps, full);
    }
}

/** Sends what a snapshot lacks of the disk, and completes it. */
export async function fillSnapshot(
    attempt: Attempt,
    steps: Steps,
    disk: SparseDisk,
    upload: StartedUpload,
): Promise<StartedUpload> {
    const sent = await steps.run("upload the disk", () => send(attempt, steps, disk, upload));
    const done = await complete(attempt, steps, upload, sent);
    await steps.run("wait for the snapshot", () => completed(attempt, steps, done.snapshot));
    return done;
}

async function newUpload(attempt: Attempt, disk: SparseDisk): Promise<Upload> {
    const { environment, settings, account } = attempt;
    const sizeGiB = settings.sizeGiB ?? Math.ceil(disk.sizeBytes / gibibyte);
    const parent = await predecessor(attempt, sizeGiB);
    const upload: Upload = {
        version: 1,
        identity: identityLabel(settings),
        account,
        region: settings.region,
        pending: attempt.pending,
        request: {
            token: environment.random(40),
            sizeGiB,
            description: settings.description,
            tags: tagsWhileMade(settings, snapshotDigest(settings), attempt.pending),
        },
    };
    return parent === undefined
        ? withoutParent(attempt, upload)
        : { ...upload, request: { ...upload.request, parent } };
}

/** The account may encrypt all that is new since the predecessor was made. */
function withoutParent({ environment, settings }: Attempt, upload: Upload): Upload {
    const { parent: _, ...request } = upload.request;
    const { encrypted, kmsKey } = settings;
    return {
        ...upload,
        request: {
            ...request,
            token: environment.random(40),
            ...(encrypted ? { encrypted: true } : {}),
            ...(kmsKey === undefined ? {} : { kmsKey }),
        },
    };
}

/** An answer that was lost is given again for the same request. */
export async function ask({ environment, calls }: Attempt, steps: Steps, upload: Upload): Promise<StartedUpload> {
    const snapshot = await steps.run("start the snapshot", () => calls.startSnapshot(upload.request));
    const started = { ...upload, snapshot };
    await environment.store.write(started);
    return started;
}

async function send(attempt: Attempt, steps: Steps, disk: SparseDisk, upload: StartedUpload): Promise<Sent> {
    const { environment, settings, calls } = attempt;
    const { parent } = upload.request;
    const before = parent === undefined ? new Map<number, Buffer>() : await environment.store.manifest(parent);
    if (before === undefined) {
        throw new LinuxKitError(
            "upload-lost",
            `what the snapshot ${parent} holds is no longer in the store: run the command again, which uploads all of ${called(settings.identity)}`,
            { snapshot: parent },
        );
    }
    const log = await environment.store.log(upload);
    const message = `uploading ${settings.name} to ${settings.region}`;
    try {
        const { snapshot } = upload;
        return await sendBlocks(environment, disk, {
            calls,
            snapshot,
            parent: before,
            log,
            signal: steps.signal,
            message,
        });
    } finally {
        await log.close();
    }
}

/** A completion whose answer was lost may be refused when it is asked for again: then the snapshot itself is asked. */
async function complete(attempt: Attempt, steps: Steps, upload: StartedUpload, sent: Sent): Promise<StartedUpload> {
    const { environment, calls } = attempt;
    const { snapshot } = upload;
    await steps.run("record what the snapshot holds", () => environment.store.writeManifest(snapshot, sent.contents));
    const completing: StartedUpload = { ...upload, completing: true };
    await steps.run("record the completion", () => environment.store.write(completing));
    await steps.run("complete the snapshot", async () => {
        try {
            await calls.completeSnapshot(snapshot, sent.put.size, linearChecksum(sent.put));
        } catch (error) {
            if (upload.completing !== true || !isRefused(error)) {
                throw error;
            }
            await completed(attempt, steps, snapshot);
        }
    });
    return completing;
}

const isRefused = (error: unknown): boolean =>
    ["ValidationException", "ConflictException", "ResourceNotFoundException"].includes(awsCode(error));

/** @throws LinuxKitError `snapshot-failed`, `timed-out` */
async function completed(attempt: Attempt, steps: Steps, id: string): Promise<void> {
    const look = async (): Promise<true | undefined> => {
        const [found] = await attempt.calls.snapshots({ ids: [id] });
        if (found?.state === "error") {
            throw new LinuxKitError(
                "snapshot-failed",
                `AWS could not finish the snapshot ${id}: ${found.reason ?? "it gives no reason"}; where a KMS key is used, look whether its policy lets these credentials use it`,
                { snapshot: id },
            );
        }
        return found?.state === "completed" ? true : undefined;
    };
    await waitFor(`the snapshot ${id} to be completed`, look, waitOf(attempt, steps));
}
