import { LinuxKitError } from "../../../sdk/assembly/error";
import { PartialFailure, type Properties } from "../../lifecycle/handler";
import { called, identityLabel } from "../../lifecycle/identity";
import { ownershipLabels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { WantedVolume } from "../volume/attach";
import type { Instance } from "./calls";
import type { Attempt, InstanceEnvironment } from "./environment";
import { requireFit } from "./fit";
import { salvageLeft } from "./left";
import { outputs } from "./outputs";
import { reconcile } from "./reconcile";
import { endRestart, planRestart, type Restart, restart, standStill } from "./restart";
import { readSettings } from "./settings";
import { isEnding } from "./take-away";

/**
 * Changes what can be changed in place, by what the instance has now: an update that was cut off is gone on with. Another type
 * and other volumes stop the instance and start it again, and so is one started that was stopped outside. What a replacement
 * left that was cut off goes: the engine may have gone back to this one.
 */
export async function update(
    environment: InstanceEnvironment,
    steps: Steps,
    id: string,
    olds: Properties,
    inputs: Properties,
): Promise<{ outs: Properties }> {
    const settings = readSettings(inputs);
    const attempt = await openAttempt(environment, settings, settings.updateMilliseconds);
    requireAccount(attempt, id, olds);
    const instance = await steps.run("look at the instance", () => look(attempt, id));
    const former = readSettings(olds).volumes.map((volume) => volume.id);
    const had = [...former, ...((await environment.journal.change(id)) ?? [])];
    const plan = planRestart(settings, had, instance);
    if (instance.type !== settings.type) {
        await steps.run("look at the image and the type", () => requireFit(attempt, steps));
    }
    await steps.run("record the update", () =>
        environment.journal.markChange(
            id,
            settings.volumes.map((volume) => volume.id),
        ),
    );
    await salvageLeft(attempt, steps, undefined, id);
    await moveOwnership(attempt, steps, instance, olds);
    await reconcile(attempt, steps, instance);
    await begunAgain(attempt, steps, plan, { olds, inputs });
    const after = await steps.run("look at its addresses", () => look(attempt, id));
    await steps.run("record that it is updated", () => environment.journal.unmarkChange(id));
    return { outs: outputs(attempt, after, inputs) };
}

/** @throws PartialFailure of an instance that did not become ready: it is stopped, and says so */
async function begunAgain(
    attempt: Attempt,
    steps: Steps,
    plan: Restart,
    { olds, inputs }: { readonly olds: Properties; readonly inputs: Properties },
): Promise<void> {
    const { instance } = plan;
    try {
        await restart(attempt, steps, plan);
    } catch (error) {
        if (steps.signal.aborted) {
            throw error instanceof Error ? error : interruption(attempt, instance, error);
        }
        await standStill(attempt, steps, instance.id);
        const volumes = [...readSettings(olds).volumes, ...attempt.settings.volumes];
        const outs = { ...outputs(attempt, instance, inputs), volumes: once(volumes), status: "stopped" };
        const reason = error instanceof Error ? error.message : String(error);
        throw new PartialFailure(instance.id, outs, [reason], { cause: error });
    }
    await endRestart(attempt, steps, instance.id);
}

function interruption({ settings }: Attempt, { id }: Instance, reason: unknown): LinuxKitError {
    return new LinuxKitError(
        "interrupted",
        `${String(reason)} while ${called(settings.identity)} (${id}) was changed in ${settings.region}: run the command again, which goes on`,
        { instance: id },
    );
}

/** It may have either. */
const once = (volumes: readonly WantedVolume[]): readonly WantedVolume[] => [
    ...new Map(volumes.map((volume) => [volume.id, volume])).values(),
];

async function look({ calls, settings }: Attempt, id: string): Promise<Instance> {
    const [instance] = await calls.instances({ ids: [id] });
    if (instance === undefined || isEnding(instance)) {
        throw new LinuxKitError(
            "instance-gone",
            `the instance ${id} is gone from ${settings.region}: run \`pulumi refresh\`, then \`pulumi up\`, which launches it again`,
            { instance: id },
        );
    }
    return instance;
}

/** A resource that was renamed with an alias keeps what it made. */
async function moveOwnership(
    { calls, settings }: Attempt,
    steps: Steps,
    { id }: Instance,
    olds: Properties,
): Promise<void> {
    if (identityLabel(readSettings(olds)) === identityLabel(settings)) {
        return;
    }
    const owner = ownershipLabels(settings.identity);
    const parts = await steps.run("look for what goes with it", () => calls.belongings(id));
    await steps.run("mark it with its new name", () => calls.tag([id, ...parts], owner));
}
