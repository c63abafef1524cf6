import { labels } from "../../lifecycle/labels";
import type { ResourceCalls, Tags } from "./calls";

/**
 * Takes the mark off what is made. A call that took effect and whose answer was lost has made it: nothing would find it by its
 * mark any more, so its tags are asked for.
 */
export async function unmark(
    calls: Pick<ResourceCalls, "untag">,
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
}
