import { pendingLabel, requireAbandoned, type Workers } from "../../providers/lifecycle/attempt";
import type { Clock } from "../../providers/lifecycle/clock";
import { systemClock } from "../../providers/lifecycle/clock";
import { digestLabel, labels, ownershipLabels } from "../../providers/lifecycle/labels";
import { salvage } from "../../providers/lifecycle/left";
import { removeVerified } from "../../providers/lifecycle/removal";
import { waitFor } from "../../providers/lifecycle/wait";

let now: number;
let pauses: number[];

const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds, signal) => {
        signal?.throwIfAborted();
        pauses.push(milliseconds);
        now += milliseconds;
    },
};
const { signal } = new AbortController();
const wait = (milliseconds = 60_000) => ({ clock, signal, deadline: now + milliseconds });

beforeEach(() => {
    now = 1_000_000;
    pauses = [];
});

const living = new Set<number>();
const workers: Workers = {
    self: { host: "here", process: { pid: 1, startTime: "then" } },
    identify: (pid) => Promise.resolve(living.has(pid) ? { pid, startTime: "then" } : undefined),
};
const watch = { workers, clock, signal };
const by = (host: string, pid: number, startTime = "then"): string =>
    pendingLabel({ host, process: { pid, startTime } }, 1_060_000);
beforeEach(() => {
    living.clear();
    living.add(1);
    living.add(2);
});

test("every label is one that Compute Engine takes", () => {
    const identity = { organization: "o", project: "p", stack: "s", urn: `urn:${"x".repeat(500)}` };
    const all = { ...ownershipLabels(identity), [labels.pending]: by("0123456789abcdef", 4_194_304) };
    for (const [key, value] of Object.entries(all)) {
        expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
        expect(value).toMatch(/^[a-z0-9_-]{1,63}$/);
    }
    expect(digestLabel({ a: 1, b: 2 })).toBe(digestLabel({ b: 2, a: 1 }));
});

test.each<[string, string, RegExp]>([
    ["this process", by("here", 1), /^free$/],
    ["a dead process", by("here", 3), /^free$/],
    ["a process that has a dead one's pid", by("here", 2, "before"), /^free$/],
    ["a living process", by("here", 2), /process 2 is making the image "os" just now/],
    ["another host's", by("elsewhere", 3), /another host is making .* after 1970-01-01T00:17:40/],
])("of %s an attempt is as it is", async (_, pending, reason) => {
    const said = await requireAbandoned(pending, 'the image "os"', watch).then(
        () => "free",
        (error: unknown) => (error as Error).message,
    );
    expect(said).toMatch(reason);
});

test("another host's attempt is abandoned when its time is over, and a process that ends is waited for", async () => {
    now = 1_060_000;
    await expect(requireAbandoned(by("elsewhere", 3), "it", watch)).resolves.toBeUndefined();
    const ending = { ...clock, sleep: async () => void living.delete(2) };
    await expect(requireAbandoned(by("here", 2), "it", { ...watch, clock: ending })).resolves.toBeUndefined();
});

test("of what was left the first that fits is kept, and nothing is removed while somebody works on one", async () => {
    const removed: string[] = [];
    const steps = {
        signal,
        run: <T>(_: string, step: () => Promise<T>) => step(),
        undo: <T>(_: string, step: () => Promise<T>) => step(),
    };
    const left = ["a", "b", "b"].map((digest, index) => ({ digest, id: `${digest}${index}`, pending: by("here", 3) }));
    const salvaging = {
        what: "it",
        steps,
        watch,
        fits: ({ digest }: { readonly digest: string }) => digest === "b",
        remove: async ({ id }: { readonly id: string }) => void removed.push(id),
    };
    expect(await salvage(left, salvaging)).toMatchObject({ id: "b1" });
    expect(removed).toEqual(["a0", "b2"]);
    const busy = [...left, { digest: "c", id: "c3", pending: by("here", 2) }];
    await expect(salvage(busy, salvaging)).rejects.toThrow(/process 2/);
    expect(removed).toHaveLength(2);
});

test("a wait looks less and less often, and once more at its end", async () => {
    let looks = 0;
    const never = async (): Promise<undefined> => void looks++;
    await expect(waitFor("the end", never, wait(10_000))).rejects.toThrow(/timed out while waiting for the end/);
    expect(pauses.slice(0, 3)).toEqual([1000, 1500, 2250]);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(10_000);
    expect(looks).toBe(pauses.length + 1);
    expect(await waitFor("it", async () => (++looks > 10 ? "there" : undefined), wait())).toBe("there");
});

test("a removal is done when the thing is gone, and what was never there is gone", async () => {
    let looks = 3;
    const thing = { remove: async () => true, isThere: async () => --looks > 0 };
    await removeVerified("it", thing, wait());
    expect(looks).toBe(0);
    await removeVerified("it", { ...thing, remove: async () => false }, wait());
    expect(looks).toBe(0);
    await expect(removeVerified("it", { ...thing, isThere: async () => true }, wait())).rejects.toThrow(
        /waiting for it to be gone/,
    );
});

test("a fresh thing that is not known yet is asked for again", async () => {
    let tries = 0;
    const thing = { remove: async () => ++tries > 3, isThere: async () => false, isFresh: true };
    await removeVerified("it", thing, wait());
    expect(tries).toBe(4);
    await removeVerified("it", { ...thing, remove: async () => false }, wait());
    expect(now).toBeLessThan(1_130_000);
});

test("a sleep ends with the signal's reason", async () => {
    const ending = new AbortController();
    const sleep = systemClock.sleep(60_000, ending.signal);
    ending.abort("interrupted");
    await expect(sleep).rejects.toBe("interrupted");
    await expect(systemClock.sleep(1, ending.signal)).rejects.toBe("interrupted");
});
