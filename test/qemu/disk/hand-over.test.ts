import { setTimeout as delay } from "node:timers/promises";
import type { Properties } from "../../../providers/lifecycle/handler";
import { commandLine } from "../../../providers/lifecycle/process";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { checked } from "../../support/checked";
import { disk, diskUrn, FakeDisks } from "../support/disks";
import { FakeHost, identity, machine } from "../support/host";

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

/** A disk as a machine's inputs name it. */
async function madeDisk(name: string): Promise<Properties> {
    const disks = new FakeDisks(host).provider();
    const { inputs } = await disks.check({}, disk({ identity: { ...identity(), urn: diskUrn(name) } }));
    const { id, outs } = await disks.create(inputs);
    return { urn: diskUrn(name), id, sizeBytes: outs["sizeBytes"], format: "raw", readonly: false };
}

const declared = (name: string, disks: readonly Properties[], changes: Properties = {}): Properties =>
    machine({ identity: identity(name), ports: [], disks, declared: ["one", "two"], ...changes });

interface Made {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

async function made(news: Properties, provider = host.provider()): Promise<Made> {
    const inputs = await checked(provider, news);
    return { inputs, ...(await provider.create(inputs)) };
}

/** Ids of the machines that run with a disk. */
async function havers({ id }: Properties): Promise<readonly string[]> {
    const all = await Promise.all((await host.processes()).map(({ pid }) => commandLine(pid)));
    return all
        .filter((words) => words.join(" ").includes(`serial=${String(id)}`))
        .map((words) => after(words, "-uuid"));
}

const after = (words: readonly string[], word: string): string => words[words.indexOf(word) + 1] ?? "";

test.each([
    ["before", true],
    ["after", false],
])("a disk moves in one up, its machine being checked %s the one that gets it", async (_, isFirst) => {
    const data = await madeDisk("data");
    const one = await made(declared("one", [data]));
    const up = host.provider();
    const checkOne = (): Promise<Properties> => checked(up, declared("one", []), one.inputs);
    const early = isFirst ? await checkOne() : undefined;
    const two = await checked(up, declared("two", [data]));
    expect(two).not.toHaveProperty("declared");
    const inputs = early ?? (await checkOne());

    const creating = up.create(two);
    await delay(600);
    expect(await havers(data)).toEqual([one.id]);
    await up.update(one.id, one.outs, inputs);
    const { id } = await creating;
    expect(await havers(data)).toEqual([id]);
    expect(await host.processes()).toHaveLength(2);
    expect(host.progress.filter((line) => line.includes("waiting"))).toEqual([
        'waiting until the machine "one" gives up a disk',
    ]);
});

test("two machines swap their disks in one up", async () => {
    const [red, blue] = [await madeDisk("red"), await madeDisk("blue")];
    const one = await made(declared("one", [red]));
    const two = await made(declared("two", [blue]));
    const up = host.provider();
    const news = [
        await checked(up, declared("one", [blue]), one.inputs),
        await checked(up, declared("two", [red]), two.inputs),
    ] as const;
    await Promise.all([up.update(one.id, one.outs, news[0]), up.update(two.id, two.outs, news[1])]);
    expect([await havers(red), await havers(blue)]).toEqual([[two.id], [one.id]]);
});

test("a machine that the program has no more gives its disk up, and is deleted then; declared again, it starts", async () => {
    const data = await madeDisk("data");
    const one = await made(declared("one", [data]));
    const up = host.provider();
    const two = await made(declared("two", [data], { declared: ["two"] }), up);
    expect(await havers(data)).toEqual([two.id]);
    expect(await up.read(one.id, one.outs)).toMatchObject({ outs: { status: "stopped" } });
    const again = await checked(host.provider(), declared("one", []), one.inputs);
    expect(await host.provider().diff(one.id, one.outs, again)).toMatchObject({ changes: true });

    await up.delete(one.id, one.outs);
    expect((await host.journal.list()).map(({ id }) => id)).toEqual([two.id]);
}, 30_000);

test("a machine that may be declared yet is left alone while others of the program are still being checked", async () => {
    const data = await madeDisk("data");
    const one = await made(declared("one", [data]));
    const up = host.provider();
    const two = await checked(up, declared("two", [data], { declared: ["two"] }));
    const creating = up.create(two);
    for (let round = 0; round < 6; round += 1) {
        await delay(600);
        await checked(up, declared(`other-${round}`, [], { declared: ["two"] }));
    }
    expect(await havers(data)).toEqual([one.id]);
    const late = await checked(up, declared("one", []), one.inputs);
    await up.update(one.id, one.outs, late);
    const { id } = await creating;
    expect(await havers(data)).toEqual([id]);
    expect(host.progress.filter((line) => line.includes("powering off"))).toEqual([]);
}, 30_000);

test("a machine that does not give its disk up is named when the time is over, and nothing is left of the other", async () => {
    const data = await madeDisk("data");
    const one = await made(declared("one", [data]));
    const up = host.provider();
    const news = await checked(up, declared("two", [data], { timeouts: { create: "1s" } }));
    await expect(up.create(news)).rejects.toThrow(
        /machine "one" of stack shop\/dev runs with the disk "data", and did not give it up within timeouts.create \(1 s\).*--target 'urn:.*::one'/,
    );
    expect(await havers(data)).toEqual([one.id]);
    expect((await host.journal.list()).map(({ id }) => id)).toEqual([one.id]);
});

test("a machine that turns out to keep its disk ends the wait at once, and so does Ctrl-C", async () => {
    const data = await madeDisk("data");
    const one = await made(declared("one", [data]));
    const interrupted = new AbortController();
    const signals = { interrupted: interrupted.signal, gone: new AbortController().signal };
    const up = host.provider(watchedSteps(signals));
    const news = await checked(up, declared("two", [data]));
    const stopped = up.create(news);
    await delay(400);
    interrupted.abort("Ctrl-C");
    await expect(stopped).rejects.toThrow(/stopped to wait for it: Ctrl-C/);

    const later = host.provider();
    const creating = later.create(await checked(later, declared("two", [data])));
    const keeping = delay(400).then(() => later.check(one.inputs, declared("one", [data])));
    await expect(creating).rejects.toThrow(/"one" of stack shop\/dev runs with the disk "data": take/);
    expect((await keeping).failures).toHaveLength(1);
    expect(await havers(data)).toEqual([one.id]);
});

test("a disk that is only read is waited for until it is only read", async () => {
    const data = await madeDisk("data");
    const shared = { ...data, readonly: true };
    const one = await made(declared("one", [data]));
    const up = host.provider();
    const news = await checked(up, declared("one", [shared]), one.inputs);
    const creating = up.create(await checked(up, declared("two", [shared])));
    await delay(400);
    expect(await havers(data)).toEqual([one.id]);
    await up.update(one.id, one.outs, news);
    const { id } = await creating;
    expect(new Set(await havers(data))).toEqual(new Set([one.id, id]));
});
