import { randomUUID } from "node:crypto";
import type { Handler, Identity } from "../../lifecycle/handler";
import { check } from "./check";
import type { NetworkEnvironment } from "./environment";

export { networkEnvironment } from "./environment";

/**
 * `linuxkit.qemu.Network`: an agreement between machines, told by its group. There is nothing of it on the host while no
 * machine runs, so there is nothing to make, to find gone, or to leave behind; what a check has reserved goes once state
 * has the group.
 */
export function networkHandler(environment: NetworkEnvironment): Handler {
    const release = (identity: unknown): Promise<void> =>
        environment.reservations.release(identity as Identity, { keepOwn: false });
    return {
        check: (olds, news) => check(environment, olds, news),
        diff: async (_, olds, news) => ({
            changes: olds["subnet"] !== news["subnet"] || olds["group"] !== news["group"],
            replaces: [],
            deleteBeforeReplace: false,
        }),
        create: async (inputs) => {
            await release(inputs["identity"]);
            return { id: randomUUID(), outs: inputs };
        },
        read: async (id, outs) => ({ id, outs }),
        update: async (_, __, news) => ({ outs: news }),
        delete: (_, outs) => release(outs["identity"]),
    };
}
