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
    await steps.run("power off", () => powerOff(environment, id, deleteSeconds, steps.signal));
    await steps.run("remove its files", () => forget(environment, id, outs["identity"] as Identity));
}
