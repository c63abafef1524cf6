import { LinuxKitError } from "../../../sdk/assembly/error";
import { requireAbandoned } from "../../lifecycle/attempt";
import { labels } from "../../lifecycle/labels";
import { type Left, salvage } from "../../lifecycle/left";
import type { Steps } from "../../lifecycle/steps";
import { isRefusal } from "../client/errors";
import { watchOf } from "../resource/attempt";
import type { Attempt } from "./attempt";
import { type AskedCopy, leftCopies } from "./copy";
import type { MachineImage, RegisterRequest, Snapshot } from "./calls";
import { salvageImports } from "./import/left";
import { registerOrFind } from "./register";
import { called, identityLabel } from "../../lifecycle/identity";
import { imageDigest, snapshotDigest } from "./settings";
import { type StartedUpload, ask } from "./snapshot";
import type { Upload } from "./store/store";
import { deleteSnapshot, deregister } from "./take-away";

export interface LeftImage extends Left {
    readonly id: string;
    readonly name: string;
    /** Those of a copy are not shown before it is there. */
    readonly snapshots: readonly string[];
    /** What this machine knows of a copy. */
    readonly copy?: AskedCopy;
}

export interface LeftSnapshot extends Left {
    readonly id: string;
    readonly isCompleted: boolean;
    /** Whether what it lacks can be sent to it. */
    readonly canGoOn: boolean;
    readonly sizeGiB: number;
    /** What this machine knows of its upload. */
    readonly upload?: StartedUpload;
}

/** What a new attempt goes on from. */
export interface Salvaged {
    readonly image?: LeftImage;
    readonly snapshot?: LeftSnapshot;
}

/**
 * What earlier attempts of this resource left: by the store, which knows what was asked for before it was answered, and by
 * tags. What does not fit is removed.
 * @param keep whether anything may be kept: nothing is when an attempt takes back what it made
 */
export async function salvageLeft(attempt: Attempt, steps: Steps, keep: boolean): Promise<Salvaged> {
    const { settings } = attempt;
    const shared = { what: called(settings.identity), steps, watch: watchOf(attempt, steps) };
    await salvageImports(attempt, steps, keep);
    const uploads = await startedUploads(attempt, steps);
    const copies = await leftCopies(attempt, steps);
    const images = await steps.run("look for images that were left", async () =>
        withCopies(await leftImages(attempt, steps, uploads), copies),
    );
    const image = await salvage(images, {
        ...shared,
        fits: ({ digest, name }) => keep && digest === imageDigest(settings) && name === settings.name,
        remove: async ({ id, copy }) => {
            await deregister(attempt, steps, id, { snapshots: false, isFresh: true });
            if (copy !== undefined) await attempt.environment.store.copies.remove(copy);
        },
    });
    if (image?.snapshots.length === 0) {
        return { image };
    }
    const snapshots = await steps.run("look for snapshots that were left", () =>
        leftSnapshots(attempt, uploads, images),
    );
    const snapshot = await salvage(snapshots, {
        ...shared,
        fits: (left) =>
            image === undefined
                ? keep && left.canGoOn && left.digest === snapshotDigest(settings)
                : image.snapshots.includes(left.id),
        remove: async ({ id, upload }) => {
            await deleteSnapshot(attempt, steps, id, { isFresh: upload !== undefined });
            if (upload !== undefined) await attempt.environment.store.remove(upload);
        },
    });
    return { ...(image === undefined ? {} : { image }), ...(snapshot === undefined ? {} : { snapshot }) };
}

/** Uploads that this machine recorded, each with its snapshot: a request whose answer was lost is made again. */
async function startedUploads(attempt: Attempt, steps: Steps): Promise<readonly StartedUpload[]> {
    const { environment, settings, account } = attempt;
    const of = { identity: identityLabel(settings), account, region: settings.region };
    const found = await steps.run("look for an earlier attempt", () => environment.store.uploads(of));
    const started: StartedUpload[] = [];
    for (const upload of found) {
        await requireAbandoned(upload.pending, called(settings.identity), watchOf(attempt, steps));
        const known = await startedUpload(attempt, steps, upload);
        if (known !== undefined) started.push(known);
    }
    return started;
}

/** Undefined of a request that AWS refuses now: what it once made, if anything, is found by its tags. */
async function startedUpload(attempt: Attempt, steps: Steps, upload: Upload): Promise<StartedUpload | undefined> {
    if (upload.snapshot !== undefined) {
        return { ...upload, snapshot: upload.snapshot };
    }
    try {
        return await ask(attempt, steps, upload);
    } catch (error) {
        if (!isRefusal(error)) throw error;
        await attempt.environment.store.remove(upload);
        return undefined;
    }
}

async function leftImages(
    attempt: Attempt,
    steps: Steps,
    uploads: readonly StartedUpload[],
): Promise<readonly LeftImage[]> {
    const identity = { [labels.identity]: identityLabel(attempt.settings) };
    const { made } = attempt.environment.store;
    const marked = await attempt.calls.images({ tags: identity, tagged: labels.pending });
    const tagged = marked.filter(({ id }) => !made.has(id));
    const lost = uploads.flatMap(({ register }) =>
        register === undefined || tagged.some(({ name }) => name === register.name) ? [] : [register],
    );
    const asked = await Promise.all(lost.map((request) => registeredBy(attempt, steps, request)));
    return [...tagged.map(leftImage), ...asked.flat()];
}

/** The image of a request whose answer may have been lost: it is made again, and gives the same one. */
async function registeredBy(attempt: Attempt, steps: Steps, request: RegisterRequest): Promise<readonly LeftImage[]> {
    const { name, snapshot, tags } = request;
    try {
        const id = await registerOrFind(attempt, steps, request);
        return [{ id, name, snapshots: [snapshot], pending: attempt.pending, digest: tags[labels.digest] }];
    } catch (error) {
        const isNone = isRefusal(error) || (error instanceof LinuxKitError && error.code === "image-name-taken");
        if (!isNone) throw error;
        return [];
    }
}

/** Those that are shown already say more of themselves. */
function withCopies(images: readonly LeftImage[], copies: readonly LeftImage[]): readonly LeftImage[] {
    const copyOf = new Map(copies.map(({ id, copy }) => [id, copy]));
    const shown = images.map((image) => {
        const copy = copyOf.get(image.id);
        return copy === undefined ? image : { ...image, copy };
    });
    return [...shown, ...copies.filter(({ id }) => !images.some((image) => image.id === id))];
}

function leftImage({ id, name, snapshots, tags, state }: MachineImage): LeftImage {
    const digest = state === "failed" ? undefined : tags[labels.digest];
    return { id, name, snapshots, pending: tags[labels.pending] ?? "", digest };
}

async function leftSnapshots(
    attempt: Attempt,
    uploads: readonly StartedUpload[],
    images: readonly LeftImage[],
): Promise<readonly LeftSnapshot[]> {
    const { calls, settings, environment } = attempt;
    const ofImages = new Set(images.flatMap(({ snapshots }) => snapshots));
    const ids = [...new Set([...uploads.map(({ snapshot }) => snapshot), ...ofImages])];
    const identity = { [labels.identity]: identityLabel(settings) };
    const tagged = await calls.snapshots({ tags: identity, tagged: labels.pending });
    const named = ids.length === 0 ? [] : await calls.snapshots({ ids });
    const found = new Map([...tagged, ...named].map((snapshot) => [snapshot.id, snapshot]));
    const left: LeftSnapshot[] = [];
    for (const upload of uploads) {
        const snapshot = found.get(upload.snapshot);
        found.delete(upload.snapshot);
        if (snapshot !== undefined && !isPending(snapshot) && !ofImages.has(snapshot.id)) {
            await environment.store.remove(upload);
        } else {
            left.push(await uploaded(attempt, upload, snapshot));
        }
    }
    const isLeft = (snapshot: Snapshot): boolean => isPending(snapshot) && !environment.store.made.has(snapshot.id);
    const others = [...found.values()].filter((snapshot) => isLeft(snapshot) || ofImages.has(snapshot.id));
    return [...left, ...others.map((snapshot) => leftSnapshot(snapshot, attempt.pending))];
}

const isPending = ({ tags }: Snapshot): boolean => tags[labels.pending] !== undefined;

/** One that is not shown yet, or no more, is taken for there. */
async function uploaded(
    attempt: Attempt,
    upload: StartedUpload,
    snapshot: Snapshot | undefined,
): Promise<LeftSnapshot> {
    const { parent, sizeGiB, tags } = upload.request;
    const isKnown = parent === undefined || (await attempt.environment.store.manifest(parent)) !== undefined;
    const isCompleted = snapshot?.state === "completed";
    return {
        id: upload.snapshot,
        pending: upload.pending,
        digest: tags[labels.digest],
        isCompleted,
        canGoOn: isCompleted || (isKnown && snapshot?.state !== "error"),
        sizeGiB,
        upload,
    };
}

/** Blocks that were sent to it are not known here: what is not complete is begun again. */
function leftSnapshot({ id, state, sizeGiB, tags }: Snapshot, pending: string): LeftSnapshot {
    const isCompleted = state === "completed";
    return {
        id,
        pending: tags[labels.pending] ?? pending,
        digest: tags[labels.digest],
        isCompleted,
        canGoOn: isCompleted,
        sizeGiB,
    };
}
