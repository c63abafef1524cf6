import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Clock } from "../../lifecycle/clock";
import { awsCode } from "../client/errors";
import type { InstanceCalls } from "../instance/calls";

/** What an instance's console is read through; tests hand in their own. */
export interface ConsoleSource {
    readonly calls: Pick<InstanceCalls, "console" | "holder">;
    readonly clock: Clock;
}

export interface Following {
    readonly write: (text: string) => void;
    /** Go on with what the instance prints until it ends, or until `signal`. */
    readonly follow: boolean;
    readonly signal: AbortSignal;
}

const lookMilliseconds = 5000;

/**
 * Prints what AWS has of an instance's console, its last 64 KiB, and what comes to it.
 * @returns the instance's state
 * @throws LinuxKitError `no-instance`
 */
export async function printInstanceConsole(
    { calls, clock }: ConsoleSource,
    id: string,
    { write, follow, signal }: Following,
): Promise<string> {
    let shown = "";
    for (;;) {
        const { state } = (await calls.holder(id)) ?? unknown(id);
        const text = await latestText(calls, id);
        write(unseen(shown, text));
        shown = text === "" ? shown : text;
        if (!follow || !["pending", "running", "stopping", "shutting-down"].includes(state) || signal.aborted) {
            return state;
        }
        await clock.sleep(lookMilliseconds, signal).catch(() => {});
    }
}

function unknown(id: string): never {
    throw new LinuxKitError("no-instance", `there is no instance ${id} in this account and region: name its --region`, {
        instance: id,
    });
}

/** Types before Nitro have what was printed some minutes ago alone. */
async function latestText(calls: ConsoleSource["calls"], id: string): Promise<string> {
    try {
        return await calls.console(id, true);
    } catch (error) {
        if (awsCode(error) !== "UnsupportedOperation") throw error;
        return calls.console(id, false);
    }
}

/** Long enough not to stand twice on a console. */
const tailLength = 2048;

/** What of a console's last part was not shown yet. */
function unseen(shown: string, text: string): string {
    if (text.startsWith(shown)) {
        return text.slice(shown.length);
    }
    const tail = shown.slice(-tailLength);
    const at = text.lastIndexOf(tail);
    return at < 0 ? text : text.slice(at + tail.length);
}
