import { together } from "../../../providers/aws/client/together";

test("looks within moments of each other are one, and those later another", async () => {
    const asked: (readonly string[])[] = [];
    const look = together((ids) => {
        asked.push(ids);
        return Promise.resolve(ids.filter((id) => id !== "gone").map((id) => ({ id })));
    });
    expect(await Promise.all(["a", "b", "gone", "a"].map(look))).toEqual([
        { id: "a" },
        { id: "b" },
        undefined,
        { id: "a" },
    ]);
    expect(await look("c")).toEqual({ id: "c" });
    expect(asked).toEqual([["a", "b", "gone"], ["c"]]);
});

test("AWS takes 200 at once, and a failure is everybody's", async () => {
    const asked: number[] = [];
    const look = together((ids) => {
        asked.push(ids.length);
        return asked.length === 2 ? Promise.reject(new Error("throttled")) : Promise.resolve([]);
    });
    const all = await Promise.allSettled(Array.from({ length: 250 }, (_, index) => look(String(index))));
    expect(asked).toEqual([200, 50]);
    expect(all.filter(({ status }) => status === "rejected")).toHaveLength(50);
});
