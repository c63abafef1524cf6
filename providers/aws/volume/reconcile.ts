import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { awsCode } from "../client/errors";
import { waitOf } from "../resource/attempt";
import { reconcileTags } from "../resource/tags";
import type { Volume } from "./attach-calls";
import type { VolumeChange } from "./calls";
import type { Attempt } from "./environment";
import { declarable } from "./kinds";
import { shrinkReason } from "./shrink";

/**
 * Gives a volume its size, type, performance and tags, by what it has now; what is right already is left alone.
 * @returns the volume as it is then
 */
export async function reconcile(attempt: Attempt, steps: Steps, volume: Volume): Promise<Volume> {
    const { calls, settings } = attempt;
    refuseShrinking(attempt, volume);
    await reconcileTags(calls, steps, [volume.id], { wanted: settings.tags, found: volume.tags });
    const wanted: VolumeChange = { sizeGiB: settings.sizeGiB ?? volume.sizeGiB, ...settings.kind };
    if (isAlike(volume, wanted)) {
        return volume;
    }
    await steps.run("wait for an earlier change", () => settled(attempt, steps, volume.id));
    await steps.run("change the volume", () => modify(attempt, volume.id, wanted));
    await steps.run("wait for the change", () => settled(attempt, steps, volume.id));
    return { ...volume, ...wanted };
}

function refuseShrinking({ settings: { sizeGiB } }: Attempt, volume: Volume): void {
    if (sizeGiB !== undefined && sizeGiB < volume.sizeGiB) {
        const reason = shrinkReason(`${sizeGiB} GB`, `${volume.sizeGiB} GB`);
        throw new LinuxKitError("volume-shrinks", `size: ${reason}`, { volume: volume.id, sizeGiB: volume.sizeGiB });
    }
}

function isAlike(volume: Volume, wanted: VolumeChange): boolean {
    const { iops, throughput } = declarable(volume);
    return (
        volume.sizeGiB === wanted.sizeGiB &&
        volume.type === wanted.type &&
        iops === wanted.iops &&
        throughput === wanted.throughput
    );
}

async function modify({ calls }: Attempt, id: string, wanted: VolumeChange): Promise<void> {
    try {
        await calls.modifyVolume(id, wanted);
    } catch (error) {
        if (!/^(VolumeModificationRateExceeded|IncorrectModificationState)$/.test(awsCode(error))) {
            throw error;
        }
        throw await tooSoon({ calls }, id, error as Error);
    }
}

const pauseMilliseconds = 6 * 3_600_000;

/** https://docs.aws.amazon.com/ebs/latest/userguide/modify-volume-requirements.html#elastic-volumes-limitations */
async function tooSoon({ calls }: Pick<Attempt, "calls">, id: string, cause: Error): Promise<LinuxKitError> {
    const last = await calls.modification(id);
    const after = last === undefined ? undefined : new Date(last.started + pauseMilliseconds).toISOString();
    return new LinuxKitError(
        "volume-changed-recently",
        `the volume ${id} was changed not long ago, and AWS has a volume keep for six hours what it was changed to: run the command again ${after === undefined ? "later" : `after ${after}`} (${cause.message})`,
        { volume: id, ...(after === undefined ? {} : { after }) },
        { cause },
    );
}

/** While it is optimized it has its new size and type already, and can be used. */
async function settled(attempt: Attempt, steps: Steps, id: string): Promise<void> {
    const look = async (): Promise<true | undefined> => {
        const last = await attempt.calls.modification(id);
        if (last?.state === "failed") {
            throw new LinuxKitError(
                "volume-failed",
                `AWS could not change the volume ${id}: ${last.reason ?? "it gives no reason"}`,
                { volume: id },
            );
        }
        return last?.state === "modifying" ? undefined : true;
    };
    await waitFor(`the change of the volume ${id}`, look, waitOf(attempt, steps));
}
