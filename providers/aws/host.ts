import { randomBytes } from "node:crypto";
import path from "node:path";
import { defaultStoreDirectory } from "../image";
import { workersOfThisHost } from "../lifecycle/attempt";
import { systemClock } from "../lifecycle/clock";
import { ownIdentity } from "../lifecycle/process";
import { defaultRegion, openClients, socketLimit } from "./client/clients";
import type { Connection } from "./client/connection";
import { imageCalls } from "./client/image-calls";
import type { ImageCalls } from "./image/calls";
import type { ImageEnvironment } from "./image/environment";
import { UploadStore } from "./image/store/store";

/** What the adapter to Pulumi gives. */
export type ImageWiring = Pick<ImageEnvironment, "disks" | "engine" | "progress" | "note">;

/** This process's own world: AWS by the SDK's clients, and this user's store. */
export async function hostImageEnvironment(wiring: ImageWiring): Promise<ImageEnvironment> {
    return {
        ...wiring,
        calls: keptCalls(),
        defaultRegion,
        store: new UploadStore(path.join(defaultStoreDirectory(process.env), "uploads")),
        clock: systemClock,
        workers: workersOfThisHost(await ownIdentity()),
        random: (digits) =>
            randomBytes(Math.ceil(digits / 2))
                .toString("hex")
                .slice(0, digits),
        parallel: socketLimit,
    };
}

/** Clients keep their sockets and credentials, so there are one of each for a connection and region. */
function keptCalls(): (connection: Connection, region: string) => ImageCalls {
    const kept = new Map<string, ImageCalls>();
    return (connection, region) => {
        const key = JSON.stringify([connection, region]);
        const calls = kept.get(key) ?? imageCalls(openClients(connection, region));
        kept.set(key, calls);
        return calls;
    };
}
