import { removeVerified } from "../../lifecycle/removal";
import type { Wait } from "../../lifecycle/wait";
import { isAbsent } from "../client/errors";
import type { CloudLeftover, Look } from "./find";
import { endImport } from "./imports";

const patienceMilliseconds = 600_000;

/**
 * Takes a leftover away and asks until it is gone. One that was made is left, when it is a volume, and so is one that
 * somebody makes.
 * @returns whether it is gone
 * @throws LinuxKitError with AWS's reason, `timed-out`
 */
export async function removeCloudLeftover(
    { calls, clock }: Look,
    { thing, kind }: CloudLeftover,
    signal: AbortSignal,
): Promise<boolean> {
    if (kind === "data" || kind === "busy") {
        return false;
    }
    const wait: Wait = { clock, signal, deadline: clock.now() + patienceMilliseconds };
    if (thing.type === "import") {
        await endImport(calls, thing, wait);
        return true;
    }
    const removable = {
        remove: () => unlessAbsent(() => calls.remove(thing)),
        isThere: () => calls.isThere(thing),
    };
    await removeVerified(`the ${thing.type} ${thing.id}`, removable, wait);
    return true;
}

async function unlessAbsent(remove: () => Promise<void>): Promise<boolean> {
    try {
        await remove();
        return true;
    } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
    }
}
