import { LinuxKitError } from "../../../sdk/assembly/error";
import { called, identityLabel } from "../../lifecycle/identity";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { waitOf } from "../resource/attempt";
import type { Asked } from "../resource/journal";
import type { Volume } from "./attach-calls";
import type { VolumeRequest } from "./calls";
import type { Attempt } from "./environment";
import { isThere } from "./read";
import { volumeDigest } from "./settings";

/** A volume that was asked for, and its request where this machine knows it. */
export interface Made {
    readonly id: string;
    readonly asked?: Asked<VolumeRequest>;
}

/** Asks for a new volume. The request stands in the journal before, so that the next attempt finds what it makes. */
export async function makeVolume(attempt: Attempt, steps: Steps): Promise<Made> {
    const { environment, calls } = attempt;
    const asked = requestOf(attempt);
    await steps.run("record the request", () => environment.journal.write(asked));
    return { id: await steps.run("make the volume", () => calls.createVolume(asked.request)), asked };
}

function requestOf({ environment, settings, account, pending }: Attempt): Asked<VolumeRequest> {
    const { region, zone, kind, sizeGiB, snapshot, encrypted, kmsKey, tags, identity } = settings;
    return {
        version: 1,
        identity: identityLabel(settings),
        account,
        region,
        pending,
        request: {
            token: environment.random(40),
            zone,
            ...kind,
            ...(sizeGiB === undefined ? {} : { sizeGiB }),
            ...(snapshot === undefined ? {} : { snapshot }),
            ...(encrypted ? { encrypted: true } : {}),
            ...(kmsKey === undefined ? {} : { kmsKey }),
            tags: {
                ...tags,
                ...ownershipLabels(identity),
                [labels.digest]: volumeDigest(settings),
                [labels.pending]: pending,
            },
        },
    };
}

/**
 * Waits until a volume that was asked for can be attached.
 * @throws LinuxKitError `volume-failed` when AWS could not make it, `timed-out`
 */
export async function available(attempt: Attempt, steps: Steps, id: string): Promise<Volume> {
    let isShown = false;
    const look = async (): Promise<Volume | undefined> => {
        const [volume] = await attempt.calls.volumes({ ids: [id] });
        if (volume === undefined ? isShown : !isThere(volume)) {
            throw new LinuxKitError(
                "volume-failed",
                `AWS could not make the volume ${id} of ${called(attempt.settings.identity)}: it is ${volume?.state ?? "gone"}; where a KMS key is used, look whether its policy lets these credentials use it`,
                { volume: id },
            );
        }
        isShown ||= volume !== undefined;
        return volume === undefined || volume.state === "creating" ? undefined : volume;
    };
    return waitFor(`the volume ${id} to be available`, look, waitOf(attempt, steps));
}
