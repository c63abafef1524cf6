/**
 * Works on items as they come, at most `limit` at once: the next is asked for when there is a place for it. The first error
 * ends it, after what is under way has ended.
 */
export async function inParallel<T>(
    items: AsyncIterable<T>,
    limit: number,
    work: (item: T) => Promise<void>,
): Promise<void> {
    const running = new Set<Promise<void>>();
    const failures: unknown[] = [];
    for await (const item of items) {
        const task: Promise<void> = work(item)
            .catch((error: unknown) => void failures.push(error))
            .finally(() => running.delete(task));
        running.add(task);
        if (running.size >= limit) {
            await Promise.race(running);
        }
        if (failures.length > 0) {
            break;
        }
    }
    await Promise.all(running);
    if (failures.length > 0) {
        throw failures[0];
    }
}
