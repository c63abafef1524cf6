import { labels } from "../../lifecycle/labels";
import type { ResourceCalls, Tags } from "./calls";

/** Where a process notes what it has finished: a look at tags may show a mark for a while that was taken off. */
interface Finishing {
    readonly calls: Pick<ResourceCalls, "untag">;
    readonly made: Set<string>;
}

/**
 * Takes the mark off what is made. A call that took effect and whose answer was lost has made it: nothing would find it by its
 * mark any more, so its tags are asked for.
 */
export async function unmark(
    { calls, made }: Finishing,
    id: string,
    tagsNow: () => Promise<Tags | undefined>,
): Promise<void> {
    try {
        await calls.untag([id], [labels.pending]);
    } catch (error) {
        const tags = await tagsNow();
        if (tags === undefined || labels.pending in tags) {
            throw error;
        }
    }
    made.add(id);
}
