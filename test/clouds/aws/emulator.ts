import type { AddressInfo } from "node:net";
import { CallLog } from "./control/call-log.ts";
import { Faults } from "./control/faults.ts";
import { Throttle } from "./control/throttle.ts";
import { ebsOperations } from "./ebs/index.ts";
import { ec2Operations, existingKinds } from "./ec2/index.ts";
import { settle } from "./ec2/settle.ts";
import { DEFAULT_CREDENTIALS } from "./http/accounts.ts";
import { httpServer } from "./http/server.ts";
import { services } from "./http/services.ts";
import type { Accelerator } from "./guests/arguments.ts";
import { QemuGuests } from "./guests/qemu-guests.ts";
import type { Models } from "./model/load.ts";
import { existingObjects, s3Operations } from "./s3/index.ts";
import { stsOperations } from "./sts/index.ts";
import { World } from "./world/world.ts";

export interface Emulator {
    /** Such as `http://127.0.0.1:40123`. */
    readonly endpoint: string;
    /** Cuts what still hangs, keeps the state, and frees the port. */
    close(): Promise<void>;
}

/**
 * Starts an emulator on loopback.
 * @param state folder of what exists; made where it is missing
 * @param port 0 is a free one
 * @param accelerator how QEMU runs guests; `off`: instances only exist
 */
export async function startEmulator(
    models: Models,
    state: string,
    port: number,
    accelerator: Accelerator | "off",
): Promise<Emulator> {
    const world = new World(state);
    if (accelerator !== "off") {
        world.guests = new QemuGuests(world, state, accelerator);
        world.guests.reconcile();
    }
    const server = httpServer({
        world,
        faults: new Faults(),
        log: new CallLog(),
        throttle: new Throttle(),
        credentials: new Map(DEFAULT_CREDENTIALS.map((each) => [each.accessKeyId, each])),
        services: services(models),
        operations: { ec2: ec2Operations, ebs: ebsOperations, s3: s3Operations, sts: stsOperations },
        kinds: [...existingKinds, existingObjects],
        settle,
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", resolve);
    });
    const { port: bound } = server.address() as AddressInfo;
    return {
        endpoint: `http://127.0.0.1:${bound}`,
        close: async () => {
            const closed = new Promise((resolve) => server.close(resolve));
            server.closeAllConnections();
            await closed;
            await world.guests.close();
            await world.save();
        },
    };
}
