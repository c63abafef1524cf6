import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import path from "node:path";
import { defaultStoreDirectory } from "../image";
import { workersOfThisHost } from "../lifecycle/attempt";
import { systemClock } from "../lifecycle/clock";
import type { Engine } from "../lifecycle/engine";
import { ownIdentity } from "../lifecycle/process";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { type Clients, defaultRegion, openClients, socketLimit } from "./client/clients";
import type { Connection } from "./client/connection";
import { imageCalls } from "./client/image-calls";
import { instanceCalls } from "./client/instance-calls";
import { impatientAfter } from "./client/patience";
import { volumeCalls } from "./client/volume-calls";
import type { ImageEnvironment } from "./image/environment";
import { UploadStore } from "./image/store/store";
import type { InstanceEnvironment } from "./instance/environment";
import type { AskedLaunch } from "./instance/launch";
import type { ResourceCalls } from "./resource/calls";
import type { ResourceEnvironment } from "./resource/environment";
import { ResourceJournal } from "./resource/journal";
import type { VolumeRequest } from "./volume/calls";
import type { VolumeEnvironment } from "./volume/environment";
import { VolumeWants } from "./volume/wants";

/** What the adapter to Pulumi gives every resource. */
type Wiring = Pick<ResourceEnvironment<ResourceCalls>, "progress" | "note"> & { readonly engine: Engine };

/** What it gives images beside. */
type ImageWiring = Wiring & Pick<ImageEnvironment, "disks">;

/** And instances. */
type InstanceWiring = Wiring & Pick<InstanceEnvironment, "findKernel">;

/** This process's own world for images: AWS by the SDK's clients, and this user's store. */
export async function hostImageEnvironment({ disks, ...wiring }: ImageWiring): Promise<ImageEnvironment> {
    return {
        ...(await hostEnvironment(wiring, imageCalls)),
        disks,
        store: new UploadStore(path.join(defaultStoreDirectory(process.env), "uploads")),
        parallel: socketLimit,
    };
}

/** The same for volumes. */
export async function hostVolumeEnvironment(wiring: Wiring): Promise<VolumeEnvironment> {
    const journal = new ResourceJournal<VolumeRequest>(path.join(defaultStateDirectory(process.env), "aws"));
    return { ...(await hostEnvironment(wiring, volumeCalls)), journal };
}

/** And for instances: one object has what all of a program want of volumes. */
export async function hostInstanceEnvironment({ findKernel, ...wiring }: InstanceWiring): Promise<InstanceEnvironment> {
    const journal = new ResourceJournal<AskedLaunch>(path.join(defaultStateDirectory(process.env), "aws"));
    const shared = await hostEnvironment(wiring, instanceCalls);
    return { ...shared, journal, wants: new VolumeWants(), findKernel, connects };
}

const connectMilliseconds = 3000;

function connects(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: connectMilliseconds });
        const answer = (isTaken: boolean): void => {
            socket.destroy();
            resolve(isTaken);
        };
        socket.once("connect", () => answer(true));
        socket.once("timeout", () => answer(false));
        socket.once("error", () => answer(false));
    });
}

/** What every resource has of it. */
async function hostEnvironment<C extends ResourceCalls>(
    wiring: Wiring,
    callsOf: (clients: Clients) => C,
): Promise<ResourceEnvironment<C>> {
    return {
        ...wiring,
        calls: kept(callsOf, wiring.engine.interrupted),
        defaultRegion,
        clock: systemClock,
        workers: workersOfThisHost(await ownIdentity()),
        random: (digits) =>
            randomBytes(Math.ceil(digits / 2))
                .toString("hex")
                .slice(0, digits),
    };
}

const opened = new Map<string, Clients>();

/** Clients keep their sockets and credentials, so there are one of each for a connection and region. */
function kept<C>(
    callsOf: (clients: Clients) => C,
    interrupted: AbortSignal,
): (connection: Connection, region: string) => C {
    return (connection, region) => {
        const key = JSON.stringify([connection, region]);
        const clients = opened.get(key) ?? impatientAfter(interrupted, openClients(connection, region));
        opened.set(key, clients);
        return callsOf(clients);
    };
}
