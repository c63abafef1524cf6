import { LinuxKitError } from "../../../sdk/assembly/error";
import { hasEnded, type ProcessIdentity } from "../../lifecycle/process";

/** An entry of a journal while somebody works on it. */
interface Attempt {
    /** The provider process that last worked on it. */
    readonly worker: ProcessIdentity;
    /** Its work, until that is done; what is left here by a dead worker was cut off. */
    readonly attempt?: string;
}

/** A worker whose engine is gone comes to its next step boundary within moments. */
const workerMilliseconds = 15_000;

/**
 * The creations among these entries that nobody goes on with; one of another living process is waited for. What was made
 * is none of them: it may be the live one.
 * @param what `the machine "redis"`
 * @throws LinuxKitError `attempt-running` when that process goes on
 */
export async function abandonedCreations<E extends Attempt>(
    entries: readonly E[],
    self: ProcessIdentity,
    signal: AbortSignal,
    what: string,
): Promise<readonly E[]> {
    const attempts = entries.filter(({ attempt }) => attempt === "create");
    for (const { worker } of attempts) {
        const own = worker.pid === self.pid && worker.startTime === self.startTime;
        if (!own && !(await hasEnded(worker, workerMilliseconds, signal))) {
            throw new LinuxKitError(
                "attempt-running",
                `process ${worker.pid} is making ${what} just now: let it end, or end it, then run the command again`,
                { pid: worker.pid },
            );
        }
    }
    return attempts;
}
