import { LinuxKitError } from "../../../sdk/assembly/error";
import { labels, ownershipLabels } from "../../lifecycle/labels";
import type { Attaching } from "./attach";
import type { AttachCalls, Attachment, Holder, Volume } from "./attach-calls";
import { unlessRaced } from "./attach-errors";

/** One step towards a volume that another instance has; what it leads to shows at the next look. */
export async function handOver(
    attaching: Attaching,
    volume: Volume,
    { instance, state }: Attachment,
    told: Set<string>,
): Promise<void> {
    const { calls, wants, identity, progress } = attaching;
    const holder = await calls.holder(instance);
    if (holder === undefined || state === "detaching" || isEnding(holder)) {
        return;
    }
    const own = ownershipLabels(identity);
    const owner = holder.tags[labels.identity] ?? "";
    const stack = own[labels.stack] as string;
    if (holder.tags[labels.stack] !== stack || (owner !== own[labels.identity] && wants.isKept(owner, volume.id))) {
        throw inUse(volume.id, holder);
    }
    if (!told.has(calledInstance(holder))) {
        told.add(calledInstance(holder));
        progress({ message: `waiting until ${calledInstance(holder)} gives up the volume ${volume.id}` });
    }
    if (owner === own[labels.identity] || wants.isForgone(owner, stack)) {
        await takeOff(attaching, volume.id, holder);
    }
}

/** AWS takes its volumes off an instance that is terminated. */
export const isEnding = ({ state }: Holder): boolean => ["shutting-down", "terminated", "stopping"].includes(state);

/**
 * Takes a volume off an instance that is on its way out, once that is stopped. Should it stay after all, since the new one
 * failed and the program goes back, the next `up` starts it again with the volume; what was never finished does not stay.
 */
async function takeOff({ calls, progress, recordLoss }: Attaching, volume: string, holder: Holder): Promise<void> {
    if (!(labels.pending in holder.tags)) {
        await recordLoss(holder.id, volume);
    }
    if (holder.state === "stopped") {
        await unlessRaced(volume, () => calls.detachVolume(volume, holder.id));
    } else if (holder.state === "running") {
        progress({ message: `stopping ${calledInstance(holder)}, which is about to be deleted` });
        try {
            await calls.stopInstance(holder.id);
        } catch (error) {
            throw inUse(volume, holder, error);
        }
    }
}

/** Takes a volume off an instance, which must not run: its system may not have written all. */
export async function detachStopped(calls: AttachCalls, volume: string, instance: string): Promise<void> {
    const holder = await calls.holder(instance);
    if (holder !== undefined && !isEnding(holder) && holder.state !== "stopped") {
        throw inUse(volume, holder);
    }
    if (holder?.state === "stopped") {
        await unlessRaced(volume, () => calls.detachVolume(volume, instance));
    }
}

/** Who has a volume that is to go elsewhere, or to be deleted. */
export function inUse(volume: string, holder: Holder, cause?: unknown): LinuxKitError {
    const reason = cause instanceof Error ? `, and it could not be stopped: ${cause.message}` : "";
    return new LinuxKitError(
        "volume-in-use",
        `${calledInstance(holder)} has the volume ${volume}${reason}: stop or terminate that instance, or take the volume off it when nothing there has it mounted (\`aws ec2 detach-volume --volume-id ${volume}\`), then run the command again`,
        { volume, instance: holder.id },
        { cause },
    );
}

/** `the instance "redis" (i-0123456789abcdef0)` */
function calledInstance({ id, tags }: Holder): string {
    return tags["Name"] === undefined ? `the instance ${id}` : `the instance "${tags["Name"]}" (${id})`;
}
