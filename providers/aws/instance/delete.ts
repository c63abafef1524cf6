import type { Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { Attempt, InstanceEnvironment } from "./environment";
import { salvageLeft } from "./left";
import { readSettings } from "./settings";
import { isEnding, terminate } from "./take-away";

/**
 * Terminates an instance, and asks until it and what goes with it are gone; one that is gone already is a success. What an
 * attempt left to replace it goes too.
 */
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
    await steps.run("terminate the instance", async () => {
        try {
            await terminate(attempt, steps, id);
        } catch (error) {
            await unmarkLiving(attempt, id);
            throw error;
        }
    });
    await salvageLeft(attempt, steps, undefined);
    await steps.run("record that it is deleted", () => environment.journal.unmarkDeletion(id));
}

/** One that AWS did not terminate is as it was, so that no `up` makes another in its place. */
async function unmarkLiving({ calls, environment }: Attempt, id: string): Promise<void> {
    const [instance] = await calls.instances({ ids: [id] });
    if (instance !== undefined && !isEnding(instance)) {
        await environment.journal.unmarkDeletion(id);
    }
}
