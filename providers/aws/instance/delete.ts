import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { InstanceEnvironment } from "./environment";
import { readSettings } from "./settings";
import { terminate } from "./take-away";

/** Terminates an instance, and asks until it and what goes with it are gone; one that is gone already is a success. */
export async function remove(
    environment: InstanceEnvironment,
    steps: Steps,
    id: string,
    outs: Properties,
): Promise<void> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    await steps.run("record the deletion", () => environment.journal.markDeletion(id));
    environment.progress({ message: `waiting for ${id} to be terminated` });
    await steps.run("terminate the instance", () => terminate(attempt, steps, id));
    await steps.run("record that it is deleted", () => environment.journal.unmarkDeletion(id));
}
