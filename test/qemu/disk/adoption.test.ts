import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { findLeftoverDisks, removeLeftoverDisk } from "../../../providers/command/gc-disks";
import type { Properties } from "../../../providers/lifecycle/handler";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { disk, diskUrn, FakeDisks } from "../support/disks";
import { startAdopter } from "../support/adopters";
import { FakeHost, machine, undisturbed } from "../support/host";
import { Death, FakeStack, Killed } from "../support/stack";

let host: FakeHost;
let disks: FakeDisks;
/** What a stack that is gone has left. */
let left: { readonly id: string; readonly outs: Properties };

beforeEach(async () => {
    host = await FakeHost.make();
    disks = new FakeDisks(host);
    const { inputs } = await disks.provider().check({}, disk({ identity: of("old", "past") }));
    left = await disks.provider().create(inputs);
    await withData(left.id);
});
afterEach(() => host.close());

function of(name: string, stack = "dev"): Properties {
    return { organization: "organization", project: "shop", stack, urn: diskUrn(name).replace(":dev:", `:${stack}:`) };
}

const adopting = (changes: Properties = {}): Properties => disk({ adopt: { id: left.id }, ...changes });
const fileOf = (id: string): string => disks.journal.file({ id, format: "raw" });
const dataOf = (id: string): string => readFileSync(fileOf(id)).subarray(4096, 4100).toString();
const stackOf = (): FakeStack => new FakeStack(host, (steps, self) => disks.provider(steps, self));

async function withData(id: string): Promise<void> {
    const file = await open(fileOf(id), "r+");
    await file.write("data", 4096);
    await file.close();
}

async function problemsOf(news: Properties, olds: Properties = {}): Promise<unknown> {
    return (await disks.provider().check(olds, news)).failures;
}

test("a disk that is left is taken up with its data, grows, and is then like any other", async () => {
    const stack = stackOf();
    await stack.up(adopting({ size: "4 MB" }));
    expect(stack.state).toMatchObject({ id: left.id, outs: { status: "available", sizeBytes: 4 * 2 ** 20 } });
    expect(dataOf(left.id)).toBe("data");
    expect(readFileSync(fileOf(left.id))).toHaveLength(4 * 2 ** 20);
    disks.inState.add(left.id);

    const provider = disks.provider();
    const { inputs, outs } = stack.state as NonNullable<typeof stack.state>;
    for (const news of [adopting({ size: "4 MB" }), disk({ size: "4 MB" })]) {
        const later = await provider.check(inputs, news);
        expect(later.failures).toEqual([]);
        expect(await provider.diff(left.id, outs, later.inputs)).toMatchObject({ changes: false });
    }
    expect(await findLeftoverDisks(disks.journal, stack.exported())).toEqual([]);
    await stack.destroy();
    expect(await disks.journal.list()).toEqual([]);
});

test("a disk in state that is told to adopt another is replaced by that; itself, it stays as it is", async () => {
    const stack = stackOf();
    await stack.up(disk({ size: "64 MB" }));
    const former = stack.state?.id as string;
    disks.inState.add(former);
    await stack.up(disk({ size: "64 MB", adopt: { id: former } }));
    expect(stack.state?.id).toBe(former);
    await stack.up(adopting());
    expect(stack.state?.id).toBe(left.id);
    expect((await disks.journal.list()).map(({ id }) => id)).toEqual([left.id]);
    expect(dataOf(left.id)).toBe("data");
});

test.each<[string, Properties, string, RegExp]>([
    ["another format", { format: "qcow2" }, "format", /is of format raw: declare format: "raw"/],
    ["a smaller size", { size: "1 MB" }, "size", /"1 MB" is less than the "2048 KB" that the disk has/],
    ["no such disk", { adopt: { id: "0".repeat(20) } }, "adopt.id", /this user has no disk 0{20} on this host/],
    ["no id", { adopt: { path: "data.raw" } }, "adopt", /write \{ id: "…" \}/],
    ["a path for an id", { adopt: { id: "../data" } }, "adopt", /write \{ id: "…" \}/],
])("%s is refused, with the property's path", async (_, changes, property, reason) => {
    expect(await problemsOf(adopting(changes))).toEqual([{ property, reason: expect.stringMatching(reason) }]);
    expect(dataOf(left.id)).toBe("data");
});

test("a disk whose file is gone is not adopted in name only", async () => {
    await rm(fileOf(left.id));
    expect(await problemsOf(adopting())).toEqual([
        { property: "adopt.id", reason: expect.stringContaining("without adopt an empty disk is made") },
    ]);
});

test("a disk that a state has is refused, its own stack's too: a forced replacement would delete what it adopts", async () => {
    const { inputs } = await disks.provider().check({}, adopting());
    disks.inState.add(left.id);
    const reason = /is "old" of stack shop\/past, whose state has it.*retainOnDelete/;
    expect(await problemsOf(adopting())).toEqual([{ property: "adopt.id", reason: expect.stringMatching(reason) }]);
    await expect(disks.provider().create(inputs)).rejects.toThrow(reason);

    disks.inState.clear();
    const stack = stackOf();
    await stack.up(adopting());
    disks.inState.add(left.id);
    await expect(disks.provider().create(stack.state?.inputs ?? {})).rejects.toThrow(
        /is already "data" of stack shop\/dev, and .*: remove adopt, and the replacement is an empty disk/,
    );
    expect((await disks.journal.find(left.id))?.attempt).toBeUndefined();
});

test("a state that cannot be read stands in the way of a stack's own disk alone", async () => {
    const unread = { idsInState: () => Promise.reject(new Error("pulumi is not on PATH")) };
    const ended = { pid: 2 ** 30, startTime: "ended" };
    const provider = disks.provider(undefined, ended, unread);
    const { inputs, failures } = await provider.check({}, adopting());
    expect(failures).toEqual([]);
    await provider.create(inputs);
    await expect(provider.create(inputs)).rejects.toThrow(/cannot be seen: pulumi is not on PATH/);
});

test("a disk of a machine that runs is refused, and the machine is named", async () => {
    const attached = { urn: diskUrn("old"), id: left.id, sizeBytes: 2 ** 21, format: "raw", readonly: false };
    const { inputs } = await host.provider().check({}, machine({ ports: [], disks: [attached] }));
    const { id, outs } = await host.provider().create(inputs);
    expect(await problemsOf(adopting())).toEqual([
        {
            property: "adopt.id",
            reason: expect.stringMatching(/the machine "redis" of stack shop\/dev runs with the disk/),
        },
    ]);
    await host.provider().delete(id, outs);
    expect(await problemsOf(adopting())).toEqual([]);
});

test("of two resources of one program that adopt one disk, the second is refused", async () => {
    const provider = disks.provider();
    expect((await provider.check({}, adopting())).failures).toEqual([]);
    expect((await provider.check({}, adopting({ identity: of("other") }))).failures).toEqual([
        { property: "adopt.id", reason: expect.stringMatching(/"data" of this program adopts the disk .* too/) },
    ]);
    expect((await provider.check({}, adopting())).failures).toEqual([]);
});

test("the resource that a disk was taken from neither deletes nor changes it, and says whose it is", async () => {
    const { inputs } = await disks.provider().check({}, adopting());
    await disks.provider().create(inputs);
    const provider = disks.provider();
    expect(await provider.diff(left.id, left.outs, left.outs)).toMatchObject({ changes: true, replaces: [] });
    await expect(provider.update(left.id, left.outs, left.outs)).rejects.toThrow(
        `"data" of stack shop/dev has adopted the disk ${left.id}`,
    );
    await provider.delete(left.id, left.outs);
    expect(dataOf(left.id)).toBe("data");
});

test("an adoption that is interrupted gives the disk back as it was", async () => {
    const { inputs } = await disks.provider().check({}, adopting());
    const before = await disks.journal.find(left.id);
    const interrupted = new AbortController();
    const signals = { interrupted: interrupted.signal, gone: new AbortController().signal };
    const steps = watchedSteps(signals);
    const stopping = {
        ...steps,
        run: async <T>(name: string, step: () => Promise<T>): Promise<T> => {
            const done = await steps.run(name, step);
            interrupted.abort();
            return done;
        },
    };
    await expect(disks.provider(stopping).create(inputs)).rejects.toThrow(/stopped before the step/);
    expect(await disks.journal.find(left.id)).toEqual(before);
});

test("an adoption that fails when the file has grown gives it back as large as it is; its owner can go on", async () => {
    const { inputs } = await disks.provider().check({}, adopting({ size: "4 MB" }));
    const before = await disks.journal.find(left.id);
    const steps = undisturbed();
    const failing = {
        ...steps,
        run: async <T>(name: string, step: () => Promise<T>): Promise<T> => {
            const done = await steps.run(name, step);
            return name === "grow its file" ? Promise.reject(new Error("no more")) : done;
        },
    };
    await expect(disks.provider(failing).create(inputs)).rejects.toThrow("no more");
    expect(await disks.journal.find(left.id)).toEqual({ ...before, sizeBytes: 4 * 2 ** 20 });
    const larger = { ...left.outs, size: "4 MB", sizeBytes: 4 * 2 ** 20 };
    await disks.provider().update(left.id, left.outs, larger);
    await disks.provider().create(inputs);
    expect(dataOf(left.id)).toBe("data");
});

test.each(["claim the disk", "record whose it is", "grow its file"])(
    "an adoption that fails before the step `%s` leaves disk and entry as they were, to be adopted by another",
    async (failed) => {
        const { inputs } = await disks.provider().check({}, adopting({ size: "4 MB" }));
        const before = await disks.journal.find(left.id);
        const steps = undisturbed();
        const run = async <T>(name: string, step: () => Promise<T>): Promise<T> =>
            name === failed ? Promise.reject(new Error("no more")) : steps.run(name, step);
        await expect(disks.provider({ ...steps, run }).create(inputs)).rejects.toThrow("no more");
        expect(await disks.journal.find(left.id)).toEqual(before);
        expect(readFileSync(fileOf(left.id))).toHaveLength(2 * 2 ** 20);
        const other = await disks.provider().check({}, adopting({ identity: of("other") }));
        await expect(disks.provider().create(other.inputs)).resolves.toMatchObject({ id: left.id });
    },
);

test("of two stacks that adopt one disk at once one gets it", async () => {
    const news = await Promise.all(
        ["one", "two"].map((name) => disks.provider().check({}, adopting({ identity: of(name, name) }))),
    );
    const made = await Promise.allSettled(news.map(({ inputs }) => disks.provider().create(inputs)));
    expect(made.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const lost = made.find((outcome) => outcome.status === "rejected");
    expect(String(lost?.reason)).toMatch(/process \d+ adopts the disk .* just now: let its command end/);
});

test("two processes that adopt one disk at once: one gets it; killed before its engine knows, it is in nobody's way", async () => {
    const adopters = ["one", "two"].map((name) =>
        startAdopter(host.stateDirectory, adopting({ identity: of(name, name) })),
    );
    await Promise.all(adopters.map(({ said }) => said("ready")));
    adopters.forEach(({ child }) => child.stdin.write("go\n"));
    const lines = await Promise.all(adopters.map(({ said }) => said("adopted", "error")));
    expect(lines.filter((line) => line === `adopted ${left.id}`)).toHaveLength(1);
    expect(lines.filter((line) => /^error .*process \d+ adopts the disk/.test(line))).toHaveLength(1);
    const { inputs } = await disks.provider().check({}, adopting({ identity: of("three") }));
    await expect(disks.provider().create(inputs)).rejects.toThrow(/adopts the disk .* just now/);
    await Promise.all(adopters.map(({ kill }) => kill()));
    await expect(disks.provider().create(inputs)).resolves.toMatchObject({ id: left.id });
    expect(dataOf(left.id)).toBe("data");
}, 60_000);

test("a disk in state whose file is gone is not replaced while it is adopted, and the problem says how it is", async () => {
    const stack = stackOf();
    await stack.up(adopting());
    disks.inState.add(left.id);
    await rm(fileOf(left.id));
    await expect(stack.up(adopting())).rejects.toThrow(
        /adopt.id: the file of the disk .* is gone from this host: put .* back from a copy, or remove adopt/,
    );
    expect(disks.notes.at(-1)).toMatch(/or remove adopt, and an empty disk is made in its place/);
    await stack.up(disk());
    expect(stack.state?.id).not.toBe(left.id);
    expect(disks.notes.at(-1)).toMatch(/is gone from this host: an empty disk is made in its place/);
});

test.each(["up as before", "up without it", "destroy"])(
    "an adoption killed at every boundary, then %s: the data is there, and no other disk",
    async (recovery) => {
        let kills = 0;
        while (await killedAndMended(recovery, kills)) {
            kills += 1;
        }
        expect(kills).toBeGreaterThanOrEqual(4);
    },
);

/** False when the adoption was over before it could be killed there. */
async function killedAndMended(recovery: string, at: number): Promise<boolean> {
    const stack = stackOf();
    const death = new Death(at);
    await stack.up(adopting(), death).catch((error: unknown) => assert(error instanceof Killed));
    if (death.happened) {
        await recover(stack, recovery);
        assert.equal(dataOf(left.id), "data");
        await backToThePast();
    }
    return death.happened;
}

async function recover(stack: FakeStack, recovery: string): Promise<void> {
    if (recovery === "up as before") {
        await stack.up(adopting());
        assert.equal(stack.state?.id, left.id);
        assert.equal((await disks.journal.find(left.id))?.attempt, undefined);
        return;
    }
    if (recovery === "destroy") {
        await stack.destroy();
    } else {
        await stack.up(disk());
        assert.notEqual(stack.state?.id, left.id);
        await stack.destroy();
    }
    for (const leftover of await findLeftoverDisks(disks.journal, stack.exported())) {
        assert.deepEqual([leftover.id, leftover.kind], [left.id, "data"]);
        assert.equal(await removeLeftoverDisk(disks.journal, leftover), false);
    }
    assert.deepEqual(
        (await disks.journal.list()).map(({ id }) => id),
        [left.id],
    );
}

async function backToThePast(): Promise<void> {
    const entry = await disks.journal.find(left.id);
    if (entry !== undefined) {
        const { attempt: _, ...made } = entry;
        await disks.journal.write({ ...made, identity: of("old", "past") as never });
    }
}

test("an unknown id waits for the up", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await problemsOf(adopting({ adopt: unknown }))).toEqual([]);
    expect(await problemsOf(adopting({ adopt: { id: unknown } }))).toEqual([]);
});
