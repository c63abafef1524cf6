import type { Identity, Properties } from "../../lifecycle/handler";
import type { Steps } from "../../lifecycle/steps";
import type { MachineEnvironment } from "../environment";
import { forget, powerOff } from "../machine/take-down";
import { readSettings } from "../settings";
import { requireThisHost } from "./host";

/** Powers the machine off and takes away its files; one that is gone already is a success. */
export async function remove(
    environment: MachineEnvironment,
    steps: Steps,
    id: string,
    outs: Properties,
): Promise<void> {
    await requireThisHost(environment, id, outs);
    const { deleteSeconds } = readSettings(outs);
    await steps.run("record the attempt", () => begin(environment, id));
    await steps.run("power off", () => powerOff(environment, id, deleteSeconds, steps.signal));
    await steps.run("remove its files", () => forget(environment, id, outs["identity"] as Identity));
}

/** A machine that is off because its deletion was cut off is not one that runs, whatever state says. */
async function begin({ journal, self }: MachineEnvironment, id: string): Promise<void> {
    const entry = await journal.find(id);
    if (entry !== undefined) {
        await journal.write({ ...entry, worker: self, attempt: "delete" });
    }
}
