import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { hostHash, hostKey, keyedDigest } from "../journal/host";
import { type MachineSettings, startedWith } from "../settings";

/** What a machine must be started with, as this host's journal compares it. */
export async function wantedDigest({ journal }: MachineEnvironment, settings: MachineSettings): Promise<string> {
    return keyedDigest(await hostKey(journal.stateDirectory), startedWith(settings));
}

type OfHost = { readonly journal: { readonly stateDirectory: string } };

export async function thisHost({ journal }: OfHost): Promise<string> {
    return hostHash(await hostKey(journal.stateDirectory));
}

/**
 * @throws LinuxKitError `other-host` when the machine or disk was made elsewhere: it cannot be seen from here, so nothing
 * can be said or done about it
 */
export async function requireThisHost(
    environment: OfHost,
    id: string,
    outs: Properties,
    what: "machine" | "disk" = "machine",
): Promise<void> {
    if (outs["hostHash"] !== undefined && outs["hostHash"] !== (await thisHost(environment))) {
        throw new LinuxKitError(
            "other-host",
            `${what} ${id} was ${what === "disk" ? "made" : "started"} on another host, by another user, or before this user's state directory was emptied: run the command there; if that is gone for good, take it out of state with \`pulumi state delete\``,
            { id },
        );
    }
}
