import { workersOfThisHost } from "../../lifecycle/attempt";
import { systemClock } from "../../lifecycle/clock";
import { ownIdentity } from "../../lifecycle/process";
import { openClients } from "../client/clients";
import type { Connection } from "../client/connection";
import { leftoverCalls } from "../client/leftover-calls";
import type { Look } from "./find";

/** How this process looks after what is left, by the SDK's clients. */
export async function hostLook(connection: Connection, region: string): Promise<Look> {
    const calls = leftoverCalls(openClients(connection, region));
    return { calls, clock: systemClock, workers: workersOfThisHost(await ownIdentity()) };
}
