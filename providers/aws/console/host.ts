import { systemClock } from "../../lifecycle/clock";
import { openClients } from "../client/clients";
import type { Connection } from "../client/connection";
import { instanceCalls } from "../client/instance-calls";
import type { ConsoleSource } from "./print";

/** How this process reads consoles, by the SDK's clients. */
export function hostConsole(connection: Connection, region: string): ConsoleSource {
    return { calls: instanceCalls(openClients(connection, region)), clock: systemClock };
}
