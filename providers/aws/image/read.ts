import type { Properties } from "../../lifecycle/handler";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { ImageEnvironment } from "./environment";
import { found } from "./outputs";
import { readSettings } from "./settings";

const gone = ["deregistered", "failed", "invalid", "error"];

/** What there is: the image with what it has now, or none. Looks, and changes nothing. */
export async function read(
    environment: ImageEnvironment,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    const [image] = await attempt.calls.images({ ids: [id] });
    if (image === undefined || gone.includes(image.state)) {
        return { id: "", outs: {} };
    }
    return { id, outs: found(image, await attempt.calls.launchPermissions(id), outs) };
}
