import type { Handler } from "../../lifecycle/handler";
import { wired } from "../../lifecycle/operations";
import { adoptionFailures } from "./adoption";
import { check } from "./check";
import { diff } from "./diff";
import type { DiskEnvironment } from "./environment";
import { create, read, remove, update } from "./operations";

export { diskEnvironment } from "./environment";

/** `linuxkit.qemu.Disk`: a file of this host that machines have as a block device. */
export function diskHandler(environment: DiskEnvironment): Handler {
    return wired(environment, {
        check: async (_, olds, news) => {
            const { inputs, failures } = check(olds, news);
            return failures.length > 0
                ? { inputs, failures }
                : { inputs, failures: await adoptionFailures(environment, olds, inputs) };
        },
        diff,
        create,
        read,
        update,
        remove,
    });
}
