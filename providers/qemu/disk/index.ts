import type { Handler } from "../../lifecycle/handler";
import { adoptionFailures } from "./adoption";
import { check } from "./check";
import { diff } from "./diff";
import type { DiskEnvironment } from "./environment";
import { create, read, remove, update } from "./operations";

export { diskEnvironment } from "./environment";

/** `linuxkit.qemu.Disk`: a file of this host that machines have as a block device. */
export function diskHandler(environment: DiskEnvironment): Handler {
    const { operation } = environment.engine;
    return {
        check: async (olds, news) => {
            const { inputs, failures } = check(olds, news);
            return failures.length > 0
                ? { inputs, failures }
                : { inputs, failures: await adoptionFailures(environment, olds, inputs) };
        },
        diff: (id, olds, news) => diff(environment, id, olds, news),
        create: (inputs) => operation((steps) => create(environment, steps, inputs)),
        read: (id, outs) => read(environment, id, outs),
        update: (id, olds, news) => operation((steps) => update(environment, steps, id, olds, news)),
        delete: (id, outs) => operation((steps) => remove(environment, steps, id, outs)),
    };
}
