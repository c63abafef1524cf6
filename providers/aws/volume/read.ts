import type { Properties } from "../../lifecycle/handler";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { Volume } from "./attach-calls";
import type { VolumeEnvironment } from "./environment";
import { found } from "./outputs";
import { readSettings } from "./settings";

/** Whether a volume holds data, or will in a moment. */
export const isThere = (volume: Volume | undefined): volume is Volume =>
    volume !== undefined && !["deleting", "deleted", "error"].includes(volume.state);

/** What there is: the volume with what it has now, or none. Looks, and changes nothing. */
export async function read(
    environment: VolumeEnvironment,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    const [volume] = await attempt.calls.volumes({ ids: [id] });
    return isThere(volume) ? { id, outs: found(volume, outs) } : { id: "", outs: {} };
}
