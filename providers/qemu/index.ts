import type { Handler } from "../lifecycle/handler";
import { wired } from "../lifecycle/operations";
import { check } from "./check";
import type { MachineEnvironment } from "./environment";
import { create } from "./operations/create";
import { diff } from "./operations/diff";
import { read } from "./operations/read";
import { remove } from "./operations/delete";
import { update } from "./operations/update";

export { machineEnvironment } from "./environment";
export type { Port } from "./settings";

/** `linuxkit.qemu.Machine`: a QEMU process on this host that outlives `up`. */
export function machineHandler(environment: MachineEnvironment): Handler {
    return wired(environment, { check, diff, create, read, update, remove });
}
