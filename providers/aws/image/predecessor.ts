import { labels } from "../../lifecycle/labels";
import type { Attempt } from "./attempt";
import { identityLabel } from "../../lifecycle/identity";
import { keyLabel } from "./settings";

/**
 * The newest snapshot of this resource that a new one can be told by its differences from: its own, encrypted in the same
 * way, no larger, and with contents that this machine knows. StartSnapshot takes over the parent's key.
 */
export async function predecessor(attempt: Attempt, sizeGiB: number): Promise<string | undefined> {
    const { environment, settings, calls, account } = attempt;
    if (settings.upload === "full") {
        return undefined;
    }
    const found = await calls.snapshots({ tags: { [labels.identity]: identityLabel(settings) } });
    const fit = found.filter(
        (snapshot) =>
            snapshot.state === "completed" &&
            snapshot.account === account &&
            snapshot.sizeGiB <= sizeGiB &&
            snapshot.tags[labels.pending] === undefined &&
            snapshot.tags[labels.key] === keyLabel(settings),
    );
    if (fit.length === 0) {
        return undefined;
    }
    const encrypted = settings.encrypted || (await calls.encryptsByDefault());
    const alike = fit.filter((snapshot) => snapshot.encrypted === encrypted);
    for (const { id } of alike.toSorted((one, other) => other.started - one.started)) {
        if ((await environment.store.manifest(id)) !== undefined) {
            return id;
        }
    }
    return undefined;
}
