import { ownIdentity } from "../../lifecycle/process";
import { defaultStateDirectory } from "../../lifecycle/state-directory";
import { bindError } from "../check/listen";
import { Reservations } from "../journal/reservations";

/** What networks reach outside themselves through; tests hand in their own. */
export interface NetworkEnvironment {
    /** Of UDP ports, for the time between a preview and its `up`. */
    readonly reservations: Reservations;
    /** The system's error code for binding a UDP port; undefined when nobody has it. */
    readonly bindError: (address: string, port: number) => Promise<string | undefined>;
}

export async function networkEnvironment(): Promise<NetworkEnvironment> {
    return {
        reservations: new Reservations(defaultStateDirectory(process.env), await ownIdentity()),
        bindError: (address, port) => bindError("udp", address, port),
    };
}
