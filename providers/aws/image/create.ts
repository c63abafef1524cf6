import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { takenBack } from "../../lifecycle/take-back";
import { isAbsent } from "../client/errors";
import { unmark } from "../resource/mark";
import { adopt } from "./adopt";
import { onceKnown, openAttempt } from "../resource/attempt";
import type { Attempt } from "./attempt";
import type { RegisterRequest } from "./calls";
import { type AskedCopy, startCopy } from "./copy";
import type { ImageEnvironment } from "./environment";
import { importDisk } from "./import/task";
import { type LeftImage, type LeftSnapshot, type Salvaged, salvageLeft } from "./left";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
import { available, registerOrFind, registerRequest } from "./register";
import { called } from "../../lifecycle/identity";
import { type ImageSettings, readSettings } from "./settings";
import { fillSnapshot, startUpload, type StartedUpload } from "./snapshot";

/**
 * Uploads the disk and registers it, or goes on with what an attempt of the same resource left whose process died. A failure
 * takes back what was made; an upload that was interrupted is kept, for the next attempt to go on with.
 */
export async function create(
    environment: ImageEnvironment,
    steps: Steps,
    inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.createMilliseconds);
    if (settings.adoptedId !== undefined) {
        return adopt(attempt, steps, settings.adoptedId, inputs);
    }
    const salvaged = await salvageLeft(attempt, steps, true);
    try {
        const made = await make(attempt, steps, salvaged);
        return { id: made.id, outs: await finish(attempt, steps, made, inputs) };
    } catch (error) {
        if (steps.signal.aborted) {
            throw interrupted(attempt, error);
        }
        const deadline = environment.clock.now() + settings.deleteMilliseconds;
        throw await takenBack(error, settings.region, steps, (undoing) =>
            salvageLeft({ ...attempt, deadline }, undoing, false),
        );
    }
}

interface Made {
    readonly id: string;
    readonly upload?: StartedUpload;
    readonly copy?: AskedCopy;
}

async function make(attempt: Attempt, steps: Steps, { image, snapshot }: Salvaged): Promise<Made> {
    if (image !== undefined && (await isTakenOver(attempt, steps, image))) {
        const { id, copy } = image;
        const upload = snapshot?.upload;
        return { id, ...(upload === undefined ? {} : { upload }), ...(copy === undefined ? {} : { copy }) };
    }
    if (attempt.settings.copyOf !== undefined) {
        return startCopy(attempt, steps, attempt.settings.copyOf);
    }
    const own = snapshot === undefined ? undefined : await takeOver(attempt, steps, snapshot);
    if (own?.isCompleted === true) {
        return register(attempt, steps, own.id, own.sizeGiB, own.upload);
    }
    const { upload: target } = attempt.settings;
    if (typeof target === "object") {
        const imported = await importDisk(attempt, steps, target);
        return register(attempt, steps, imported.snapshot, imported.request.sizeGiB, imported);
    }
    let begun = own?.upload;
    const upload = await attempt.environment.disks.read(attempt.settings.disk, async (disk) => {
        begun ??= await startUpload(attempt, steps, disk);
        return fillSnapshot(attempt, steps, disk, begun);
    });
    return register(attempt, steps, upload.snapshot, upload.request.sizeGiB, upload);
}

/** Takes an image over: from now on it is this attempt's. False when it is a copy that is gone. */
async function isTakenOver(attempt: Attempt, steps: Steps, { id, snapshots, copy }: LeftImage): Promise<boolean> {
    const { environment, calls, pending } = attempt;
    if (copy !== undefined) {
        await steps.run("record the copy", () => environment.store.copies.write({ ...copy, pending }));
    }
    try {
        await steps.run("mark the image as this attempt's", () =>
            onceKnown(attempt, steps.signal, () => calls.tag([id, ...snapshots], { [labels.pending]: pending })),
        );
        return true;
    } catch (error) {
        if (copy === undefined || !isAbsent(error)) throw error;
        await environment.store.copies.remove(copy);
        return false;
    }
}

/** Takes a snapshot of an earlier attempt over: from now on it is this one's. Undefined when it is gone. */
async function takeOver(attempt: Attempt, steps: Steps, left: LeftSnapshot): Promise<LeftSnapshot | undefined> {
    const { environment, calls, pending } = attempt;
    const { id, upload } = left;
    try {
        await steps.run("mark the snapshot as this attempt's", () =>
            onceKnown(attempt, steps.signal, () => calls.tag([id], { [labels.pending]: pending })),
        );
    } catch (error) {
        if (!isAbsent(error)) throw error;
        if (upload !== undefined) await environment.store.remove(upload);
        return undefined;
    }
    if (upload === undefined) {
        return left;
    }
    const own = { ...upload, pending };
    await steps.run("record the upload", () => environment.store.write(own));
    return { ...left, upload: own };
}

async function register(
    attempt: Attempt,
    steps: Steps,
    snapshot: string,
    sizeGiB: number,
    upload: StartedUpload | undefined,
): Promise<Made> {
    const request = registerRequest(attempt, snapshot, sizeGiB);
    try {
        return await registerAs(attempt, steps, request, upload);
    } catch (error) {
        const isTaken = error instanceof LinuxKitError && error.code === "image-name-taken";
        if (!isTaken || attempt.settings.isNamed) {
            throw error;
        }
        // A forced replacement, or a version that was kept, holds the same.
        const name = `${request.name}-${attempt.environment.random(4)}`;
        return registerAs(attempt, steps, { ...request, name }, upload);
    }
}

async function registerAs(
    attempt: Attempt,
    steps: Steps,
    request: RegisterRequest,
    upload: StartedUpload | undefined,
): Promise<Made> {
    const recorded = upload === undefined ? undefined : { ...upload, register: request };
    if (recorded !== undefined) {
        await steps.run("record the image's name", () => attempt.environment.store.write(recorded));
    }
    const id = await steps.run("register the image", () => registerOrFind(attempt, steps, request));
    return { id, ...(recorded === undefined ? {} : { upload: recorded }) };
}

/** Takes the mark off the image last: what still has it, an image or a snapshot without one, is nobody's. */
async function finish(
    attempt: Attempt,
    steps: Steps,
    { id, upload, copy }: Made,
    inputs: Properties,
): Promise<Properties> {
    const { calls, environment, settings } = attempt;
    environment.progress({ message: `waiting for ${settings.name} in ${settings.region}` });
    const image = await steps.run("wait for the image", () => available(attempt, steps, id));
    await reconcile(attempt, steps, image);
    await steps.run("take the mark off the snapshot", () => calls.untag(image.snapshots, [labels.pending]));
    image.snapshots.forEach((snapshot) => environment.store.made.add(snapshot));
    if (upload !== undefined) {
        await steps.run("forget the upload", () => environment.store.remove(upload));
    }
    if (copy !== undefined) {
        await steps.run("forget the copy", () => environment.store.copies.remove(copy));
    }
    await steps.run("take the mark off the image", () =>
        unmark({ calls, made: environment.store.made }, id, async () => (await calls.images({ ids: [id] }))[0]?.tags),
    );
    return outputs(attempt, image, inputs);
}

function interrupted({ settings }: Attempt, cause: unknown): LinuxKitError {
    return new LinuxKitError(
        "create-interrupted",
        `interrupted while ${called(settings.identity)} was made in ${settings.region}: ${goesOn(settings)}`,
        { region: settings.region },
        { cause },
    );
}

function goesOn({ copyOf, upload }: ImageSettings): string {
    if (copyOf !== undefined) {
        return "AWS goes on copying, and the next `pulumi up` goes on with the copy";
    }
    return typeof upload === "object"
        ? "a disk that is in the bucket as a whole is imported, and the next `pulumi up` goes on with that; part of one is removed"
        : "what was uploaded is kept, and the next `pulumi up` on this machine sends only what is missing; without one AWS cancels the upload after a day";
}
