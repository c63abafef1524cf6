import { requireAbandoned } from "../../lifecycle/attempt";
import { called, identityLabel } from "../../lifecycle/identity";
import { labels } from "../../lifecycle/labels";
import { type Left, salvage } from "../../lifecycle/left";
import type { Steps } from "../../lifecycle/steps";
import { isAbsent, isRefusal } from "../client/errors";
import { onceKnown, watchOf } from "../resource/attempt";
import type { Asked } from "../resource/journal";
import type { Volume } from "./attach-calls";
import type { VolumeRequest } from "./calls";
import type { Attempt } from "./environment";
import type { Made } from "./make";
import { isThere } from "./read";
import { volumeDigest } from "./settings";
import { deleteVolume } from "./take-away";

type LeftVolume = Left & Made & { readonly canGoOn: boolean };

/**
 * What earlier attempts of this resource left: by the journal, which knows what was asked for before it was answered, and by
 * tags. What does not fit is removed.
 * @param keep whether anything may be kept: nothing is when an attempt takes back what it made
 */
export async function salvageLeft(attempt: Attempt, steps: Steps, keep: boolean): Promise<Made | undefined> {
    const { settings, environment } = attempt;
    const asked = await answered(attempt, steps);
    const found = await steps.run("look for volumes that were left", () => leftVolumes(attempt, asked));
    const kept = await salvage(found, {
        what: called(settings.identity),
        steps,
        watch: watchOf(attempt, steps),
        fits: ({ digest, canGoOn }) => keep && canGoOn && digest === volumeDigest(settings),
        remove: async (left) => {
            await deleteVolume(attempt, steps, left.id, { isFresh: left.asked !== undefined });
            if (left.asked !== undefined) await environment.journal.remove(left.asked);
        },
    });
    return kept === undefined ? undefined : takeOver(attempt, steps, kept);
}

/** Requests that this machine recorded, each with its volume: one whose answer was lost is made again. */
async function answered(attempt: Attempt, steps: Steps): Promise<readonly Required<Made>[]> {
    const { environment, settings, account, calls } = attempt;
    const of = { identity: identityLabel(settings), account, region: settings.region };
    const made: Required<Made>[] = [];
    for (const asked of await steps.run("look for an earlier attempt", () => environment.journal.asked(of))) {
        await requireAbandoned(asked.pending, called(settings.identity), watchOf(attempt, steps));
        try {
            made.push({ id: await steps.run("ask again", () => calls.createVolume(asked.request)), asked });
        } catch (error) {
            if (!isRefusal(error)) throw error;
            await environment.journal.remove(asked);
        }
    }
    return made;
}

async function leftVolumes(attempt: Attempt, asked: readonly Required<Made>[]): Promise<readonly LeftVolume[]> {
    const { calls, settings, environment } = attempt;
    const identity = { [labels.identity]: identityLabel(settings) };
    const marked = await calls.volumes({ tags: identity, tagged: labels.pending });
    const tagged = marked.filter(({ id }) => !environment.journal.made.has(id));
    const named = asked.length === 0 ? [] : await calls.volumes({ ids: asked.map(({ id }) => id) });
    const found = new Map([...tagged, ...named].map((volume) => [volume.id, volume]));
    const left: LeftVolume[] = [];
    for (const made of asked) {
        const volume = found.get(made.id);
        found.delete(made.id);
        if (volume !== undefined && !(labels.pending in volume.tags)) {
            await environment.journal.remove(made.asked);
        } else {
            const { pending, request } = made.asked;
            left.push({ ...made, pending, digest: request.tags[labels.digest], canGoOn: !isFailed(volume) });
        }
    }
    return [...left, ...[...found.values()].map(leftVolume)];
}

/** One that is not shown yet, or no more, is taken for there. */
const isFailed = (volume: Volume | undefined): boolean => volume !== undefined && !isThere(volume);

function leftVolume(volume: Volume): LeftVolume {
    const { id, tags } = volume;
    return { id, pending: tags[labels.pending] ?? "", digest: tags[labels.digest], canGoOn: isThere(volume) };
}

/** From now on it is this attempt's; undefined when it is gone. */
async function takeOver(attempt: Attempt, steps: Steps, { id, asked }: Made): Promise<Made | undefined> {
    const { environment, calls, pending } = attempt;
    try {
        await steps.run("mark the volume as this attempt's", () =>
            onceKnown(attempt, steps.signal, () => calls.tag([id], { [labels.pending]: pending })),
        );
    } catch (error) {
        if (!isAbsent(error)) throw error;
        if (asked !== undefined) await environment.journal.remove(asked);
        return undefined;
    }
    if (asked === undefined) {
        return { id };
    }
    const own: Asked<VolumeRequest> = { ...asked, pending };
    await steps.run("record the request", () => environment.journal.write(own));
    return { id, asked: own };
}
