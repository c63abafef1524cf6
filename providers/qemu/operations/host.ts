import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { hostHash, hostKey, keyedDigest } from "../journal/host";
import { type MachineSettings, startedWith } from "../settings";

/** What a machine must be started with, as this host's journal compares it. */
export async function wantedDigest({ journal }: MachineEnvironment, settings: MachineSettings): Promise<string> {
    return keyedDigest(await hostKey(journal.stateDirectory), startedWith(settings));
}

export async function thisHost({ journal }: MachineEnvironment): Promise<string> {
    return hostHash(await hostKey(journal.stateDirectory));
}

/**
 * @throws LinuxKitError `other-host` when the machine was made elsewhere: its process cannot be seen from here, so nothing
 * can be said or done about it
 */
export async function requireThisHost(environment: MachineEnvironment, id: string, outs: Properties): Promise<void> {
    if (outs["hostHash"] !== undefined && outs["hostHash"] !== (await thisHost(environment))) {
        throw new LinuxKitError(
            "other-host",
            `machine ${id} was started on another host, by another user, or before this user's state directory was emptied: run the command where it was started; if that is gone for good, take it out of state with \`pulumi state delete\``,
            { id },
        );
    }
}
