import type { Handler } from "../lifecycle/handler";
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
    const { operation } = environment.engine;
    return {
        check: (olds, news) => check(environment, olds, news),
        diff: (id, olds, news) => diff(environment, id, olds, news),
        create: (inputs) => operation((steps) => create(environment, steps, inputs)),
        read: (id, outs) => read(environment, id, outs),
        update: (id, olds, news) => operation((steps) => update(environment, steps, id, olds, news)),
        delete: (id, outs) => operation((steps) => remove(environment, steps, id, outs)),
    };
}
