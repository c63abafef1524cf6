import type { Attempt } from "../attempt";
import type { ObjectPlace } from "./calls";

/** Deletes an object, and what there is of uploads of it that were not finished. */
export async function removeObjects({ calls }: Pick<Attempt, "calls">, place: ObjectPlace): Promise<void> {
    const { bucket, key } = place;
    for (const unfinished of await calls.unfinishedObjects(bucket, key)) {
        await calls.abortObject(bucket, unfinished);
    }
    await calls.deleteObject(place);
}
