/** `work` on each item, `limit` of them under way at once; what comes out is in the order of what went in. */
export async function* ahead<Item, Result>(
    source: AsyncIterable<Item>,
    limit: number,
    work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
    const underWay: Promise<Result>[] = [];
    for await (const item of source) {
        const result = work(item);
        result.catch(() => undefined);
        underWay.push(result);
        if (underWay.length >= limit) {
            yield await (underWay.shift() as Promise<Result>);
        }
    }
    for (const result of underWay) {
        yield await result;
    }
}
