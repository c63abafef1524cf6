import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Removable, removeVerified } from "../../lifecycle/removal";
import type { Steps } from "../../lifecycle/steps";
import { awsCode, isAbsent } from "../client/errors";
import { waitOf } from "../resource/attempt";
import type { Attempt } from "./attempt";

interface Freshness {
    /** Whether it was made moments ago. */
    readonly isFresh?: boolean;
}

/** Deletes a snapshot and what this machine knows of it; one that is not there is a success. */
export async function deleteSnapshot(
    attempt: Attempt,
    steps: Pick<Steps, "signal">,
    id: string,
    freshness: Freshness = {},
): Promise<void> {
    const { calls, environment } = attempt;
    const isThere = async (): Promise<boolean> => (await calls.snapshots({ ids: [id] })).length > 0;
    const snapshot: Removable = {
        ...freshness,
        isThere,
        // What is gone has no tags, which policies go by: AWS would say that it may not be deleted.
        remove: async () => (await isThere()) && (await unlessAbsent(() => calls.deleteSnapshot(id), `snapshot ${id}`)),
    };
    await removeVerified(`the snapshot ${id}`, snapshot, waitOf(attempt, steps));
    await environment.store.removeManifest(id);
}

/** Answers with what became of the snapshots that were to go with it. */
export async function deregister(
    attempt: Attempt,
    steps: Pick<Steps, "signal">,
    id: string,
    options: Freshness & { readonly snapshots: boolean },
): Promise<Readonly<Record<string, string>>> {
    const { calls } = attempt;
    const { snapshots, ...freshness } = options;
    let codes: Readonly<Record<string, string>> = {};
    const isThere = async (): Promise<boolean> => (await calls.images({ ids: [id] })).length > 0;
    const remove = async (): Promise<void> => {
        codes = await calls.deregisterImage(id, { snapshots });
    };
    const image: Removable = {
        ...freshness,
        isThere,
        remove: async () => (await isThere()) && (await unlessAbsent(remove, `image ${id}`)),
    };
    await removeVerified(`the image ${id}`, image, waitOf(attempt, steps));
    return codes;
}

async function unlessAbsent(remove: () => Promise<void>, what: string): Promise<boolean> {
    try {
        await remove();
        return true;
    } catch (error) {
        if (isAbsent(error)) {
            return false;
        }
        throw kept(error, what);
    }
}

const inUse = /^InvalidSnapshot\.InUse$/;
const isProtected = /protect|\block/i;

/** Why AWS keeps it, and what to do. */
function kept(error: unknown, what: string): unknown {
    const { message } = error as Error;
    if (inUse.test(awsCode(error))) {
        return new LinuxKitError(
            "snapshot-in-use",
            `the ${what} is used by another image, which was made from it outside of this program: deregister that one first (${message})`,
            { what },
            { cause: error },
        );
    }
    if (isProtected.test(message)) {
        return new LinuxKitError(
            "deletion-protected",
            `the ${what} is protected from deletion: take the protection or the lock off (\`aws ec2 disable-image-deregistration-protection\`, \`aws ec2 unlock-snapshot\`), then run the command again (${message})`,
            { what },
            { cause: error },
        );
    }
    return error;
}
