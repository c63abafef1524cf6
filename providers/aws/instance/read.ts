import type { Properties } from "../../lifecycle/handler";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { InstanceEnvironment } from "./environment";
import { found } from "./outputs";
import { readSettings } from "./settings";
import { isEnding } from "./take-away";

/** What there is: the instance with what it has now, or none. Looks, and changes nothing. */
export async function read(
    environment: InstanceEnvironment,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    const [instance] = await attempt.calls.instances({ ids: [id] });
    if (instance === undefined || isEnding(instance)) {
        return { id: "", outs: {} };
    }
    const isProtected = settings.spot === undefined && (await attempt.calls.isProtected(id));
    return { id, outs: found(instance, isProtected, outs) };
}
