import type { ImportCalls, ObjectPlace } from "./calls";

/** What removing an object needs. */
interface Bucket {
    readonly calls: Pick<ImportCalls, "unfinishedObjects" | "abortObject" | "deleteObject">;
}

/** Deletes an object, and what there is of uploads of it that were not finished. */
export async function removeObjects({ calls }: Bucket, place: ObjectPlace): Promise<void> {
    const { bucket, key } = place;
    const alike = await calls.unfinishedObjects(bucket, key);
    for (const unfinished of alike.filter((each) => each.key === key)) {
        await calls.abortObject(bucket, unfinished);
    }
    await calls.deleteObject(place);
}
