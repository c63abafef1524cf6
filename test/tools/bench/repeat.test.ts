import { interleaved, median } from "../../../tools/bench/measure/repeat.ts";

test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 10, 2], 3],
    [[100, 20, 3], 20],
])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
});

test("nothing has no median", () => {
    expect(() => median([])).toThrow("nothing was measured");
});

test("tasks take turns, one at a time", async () => {
    const order: string[] = [];
    const task = (name: string) => async (round: number) => {
        order.push(`${name}${round} begins`);
        await Promise.resolve();
        order.push(`${name}${round} ends`);
        return `${name}${round}`;
    };
    expect(await interleaved(2, { a: task("a"), b: task("b") })).toEqual({ a: ["a0", "a1"], b: ["b0", "b1"] });
    expect(order).toEqual(["a0", "b0", "a1", "b1"].flatMap((each) => [`${each} begins`, `${each} ends`]));
});
