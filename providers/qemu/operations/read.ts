import type { Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { findMachineProcess, powerOf } from "../machine/power";
import { requireThisHost } from "./host";

/** What there is: a machine that runs or is stopped, or none. Looks, and changes nothing. */
export async function read(
    environment: MachineEnvironment,
    id: string,
    outs: Properties,
): Promise<{ id: string; outs: Properties }> {
    await requireThisHost(environment, id, outs);
    const entry = await environment.journal.find(id);
    const qemu = await findMachineProcess(id, entry?.start);
    if (entry === undefined && qemu === undefined) {
        return { id: "", outs: {} };
    }
    const status = qemu === undefined ? "stopped" : await powerOf(environment.journal.directory(id), qemu);
    return { id, outs: { ...outs, status } };
}
