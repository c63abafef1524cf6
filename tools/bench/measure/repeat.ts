/** The middle of the values; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
    if (values.length === 0) {
        throw new RangeError("nothing was measured");
    }
    const sorted = values.toSorted((a, b) => a - b);
    const upper = sorted.length >> 1;
    const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
    return ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2;
}

/** Runs every task once a round, one after the other, so that whatever else the machine does falls on all alike. */
export async function interleaved<Name extends string, T>(
    rounds: number,
    tasks: Readonly<Record<Name, (round: number) => Promise<T>>>,
): Promise<Record<Name, T[]>> {
    const names = Object.keys(tasks) as Name[];
    const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
    for (let round = 0; round < rounds; round++) {
        for (const name of names) {
            results[name].push(await tasks[name](round));
        }
    }
    return results;
}

/** Seconds that a task takes, by the wall clock. */
export async function secondsOf(task: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    await task();
    return (performance.now() - start) / 1000;
}
