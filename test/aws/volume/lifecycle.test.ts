import type { Properties } from "../../../providers/lifecycle/handler";
import { labels } from "../../../providers/lifecycle/labels";
import { Fault } from "../support/fault";
import type { State } from "../support/engine";
import { declared, identity, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

function only<T>(things: ReadonlyMap<string, T>): T {
    expect(things.size).toBe(1);
    return [...things.values()][0] as T;
}

const stateOf = (): State => world.state as State;

test("a volume is made with every default stated, and destroyed", async () => {
    await world.up(declared({ tags: { team: "storage" } }));
    const stored = only(world.cloud.volumes);
    expect(stored).toMatchObject({ zone: "eu-central-1a", sizeGiB: 20, type: "gp3", iops: 3000, throughput: 125 });
    expect(stored.tags).toMatchObject({ Name: "data", team: "storage", [labels.digest]: expect.any(String) });
    expect(stored.tags).not.toHaveProperty(labels.pending);
    expect(stateOf()).toMatchObject({
        id: stored.id,
        outs: {
            account: "111111111111",
            region: "eu-central-1",
            sizeGiB: 20,
            arn: `arn:aws:ec2:eu-central-1:111111111111:volume/${stored.id}`,
        },
    });
    await world.refresh();
    expect(await world.changes(declared({ tags: { team: "storage" } }))).toBe(false);
    await world.destroy();
    expect([...world.cloud.volumes, ...world.cloud.snapshots, ...world.journalled()]).toEqual([]);
});

test("size, type, performance and tags are changed in place, by one call", async () => {
    await world.up(declared());
    const { id } = stateOf();
    world.cloud.log.length = 0;
    const wanted = declared({ size: "30 GB", iops: 4000, throughput: 500, tags: { team: "storage" } });
    await world.up(wanted);
    expect(only(world.cloud.volumes)).toMatchObject({ id, sizeGiB: 30, iops: 4000, throughput: 500 });
    expect(world.cloud.log.filter((name) => name === "modifyVolume")).toHaveLength(1);
    expect(stateOf().outs).toMatchObject({ sizeGiB: 30 });
    await world.refresh();
    expect(await world.changes(wanted)).toBe(false);
    world.cloud.now += 7 * 3_600_000;
    const { throughput: _, ...other } = wanted;
    await world.up({ ...other, type: "io2" });
    expect(only(world.cloud.volumes)).toMatchObject({ id, type: "io2", iops: 4000 });
});

test("a second change within six hours says when it can be made", async () => {
    await world.up(declared());
    await world.up(declared({ size: "30 GB" }));
    await expect(world.up(declared({ size: "40 GB" }))).rejects.toThrow(
        /keep for six hours .*: run the command again after 2026-01-01T06:00/,
    );
    await world.up(declared({ size: "30 GB", tags: { team: "storage" } }));
    expect(only(world.cloud.volumes)).toMatchObject({ sizeGiB: 30, tags: { team: "storage" } });
});

test("an update whose change is made and whose answer is lost does not change it twice", async () => {
    await world.up(declared());
    const at = 3;
    await expect(world.up(declared({ size: "30 GB" }), new Fault(at, "after", "kill"))).rejects.toThrow("killed");
    expect(world.cloud.log.at(-1)).toBe("modifyVolume");
    await world.up(declared({ size: "30 GB" }));
    expect(stateOf().outs).toMatchObject({ sizeGiB: 30 });
});

test("drift is seen by a refresh and put right in place; one that was grown outside is not made smaller", async () => {
    await world.up(declared());
    const stored = only(world.cloud.volumes);
    stored.tags = { ...stored.tags, extra: "yes" };
    stored.iops = 5000;
    await world.refresh();
    expect(stateOf().outs).toMatchObject({ iops: 5000, tagsAll: { extra: "yes" } });
    expect(await world.changes(declared())).toBe(true);
    await world.up(declared());
    expect(only(world.cloud.volumes)).toMatchObject({ iops: 3000 });
    expect(only(world.cloud.volumes).tags).not.toHaveProperty("extra");

    only(world.cloud.volumes).sizeGiB = 40;
    await world.refresh();
    expect(stateOf().outs).toMatchObject({ size: "40 GB", sizeGiB: 40 });
    await expect(world.up(declared())).rejects.toThrow(/^size: "20 GB" is less than the "40 GB" that the volume has/);
    await world.up(declared({ size: "40 GB" }));
    expect(await world.changes(declared({ size: "40 GB" }))).toBe(false);
});

test("one that was deleted outside is gone at a refresh, and made again", async () => {
    await world.up(declared());
    world.cloud.volumes.clear();
    await expect(world.up(declared({ tags: { a: "b" } }))).rejects.toThrow(
        /is gone from eu-central-1: run `pulumi refr/,
    );
    await world.refresh();
    expect(world.state).toBeUndefined();
});

test.each<[string, Properties]>([
    ["availabilityZone", { availabilityZone: "eu-central-1b" }],
    ["encrypted", { encrypted: true }],
    ["snapshot", { snapshot: "snap-0123456789abcdef0" }],
])("another %s is another volume, and the preview says what becomes of the data", async (key, changes) => {
    await world.up(declared());
    const { id } = stateOf();
    expect(await world.changes(declared(changes))).toEqual([key]);
    expect(world.notes.at(-1)).toMatch(new RegExp(`^the volume ${id} is replaced by .*is deleted with its data`));
    await world.up(declared(changes));
    expect(only(world.cloud.volumes).id).not.toBe(id);
    expect(world.cloud.log.indexOf("deleteVolume")).toBeGreaterThan(world.cloud.log.lastIndexOf("createVolume"));
});

test("a volume of a snapshot has its size, and keeps on when the snapshot is no longer named", async () => {
    const { size: _, ...unsized } = declared({ snapshot: "snap-0123456789abcdef0" });
    await world.up(unsized);
    expect(stateOf().outs).toMatchObject({ sizeGiB: 7 });
    await world.refresh();
    expect(await world.changes(unsized)).toBe(false);
    expect(await world.changes(declared())).toBe(true);
});

test("with another account's credentials nothing is read, changed or deleted", async () => {
    await world.up(declared());
    world.cloud.account = "222222222222";
    const { id, inputs, outs } = stateOf();
    const handler = world.handler();
    const reason = /the volume vol-\w+ is in account 111111111111 \(eu-central-1\), and these credentials are of 2222/;
    await expect(handler.read(id, outs)).rejects.toThrow(reason);
    await expect(handler.update(id, outs, inputs)).rejects.toThrow(reason);
    await expect(handler.delete(id, outs)).rejects.toThrow(reason);
    expect(world.cloud.volumes.size).toBe(1);
});

test("one that an instance has is not deleted, the instance is named; one that is ending is waited for", async () => {
    await world.up(declared());
    world.cloud.launch("i-1", { Name: "redis" }, [stateOf().id]);
    await expect(world.destroy()).rejects.toThrow(/^the instance "redis" \(i-1\) has the volume vol-\w+: stop or term/);
    expect(world.cloud.volumes.size).toBe(1);
    world.cloud.terminate("i-1");
    await world.destroy();
    expect(world.cloud.volumes.size).toBe(0);
});

test("a final snapshot is whole before the volume goes, and those of deletions that were cut off go", async () => {
    await world.up(declared({ finalSnapshot: true, tags: { team: "storage" } }));
    const { id } = stateOf();
    await expect(world.destroy(new Fault(5, "before", "kill"))).rejects.toThrow("killed");
    expect([world.cloud.snapshots.size, world.cloud.volumes.size]).toEqual([1, 1]);
    const [stale] = world.cloud.snapshots.keys();
    world.cloud.now += 3_600_000;
    await world.destroy();
    const snapshot = only(world.cloud.snapshots);
    expect(snapshot.id).not.toBe(stale);
    expect(snapshot).toMatchObject({ volume: id, tags: { team: "storage", [labels.retained]: expect.any(String) } });
    expect(world.cloud.now).toBeGreaterThanOrEqual(snapshot.started + 20_000);
    expect(world.cloud.volumes.size).toBe(0);
    expect(world.notes.at(-1)).toMatch(/^the final snapshot snap-\w+ of the volume vol-\w+ stays in eu-central-1/);
});

test("a final snapshot that failed leaves the volume", async () => {
    await world.up(declared({ finalSnapshot: true }));
    world.cloud.onSleep = () => world.cloud.snapshots.forEach((snapshot) => (snapshot.isFailed = true));
    await expect(world.destroy()).rejects.toThrow(/could not finish the final snapshot .* is left as it is/);
    expect(world.cloud.volumes.size).toBe(1);
});

test("a volume that was left is adopted with its data, and grows; one that does not fit is refused", async () => {
    await world.up(declared());
    const { id } = stateOf();
    world.state = undefined;
    const other = declared({ identity: identity("other"), adopt: { id }, size: "30 GB" });
    await expect(world.up({ ...other, availabilityZone: "eu-central-1b" })).rejects.toThrow(
        /^adopt.id: vol-\w+: it is in eu-central-1a, and declared in eu-central-1b/,
    );
    await expect(world.up({ ...other, size: "10 GB" })).rejects.toThrow(
        /it has 20 GiB, and AWS cannot make it smaller/,
    );
    await expect(world.up({ ...other, encrypted: true })).rejects.toThrow(/it is not encrypted, and declared to be/);
    await expect(world.up({ ...other, adopt: { id: "vol-12345678" } })).rejects.toThrow(/has no such volume/);
    await world.up(other);
    expect(only(world.cloud.volumes)).toMatchObject({ id, sizeGiB: 30, tags: { Name: "other" } });
    expect(stateOf().id).toBe(id);
    const { adopt: _, ...later } = other;
    expect(await world.changes(later)).toBe(false);
    await world.destroy();
    expect(world.cloud.volumes.size).toBe(0);
});

test("a resource that was renamed with an alias keeps its volume", async () => {
    await world.up(declared());
    const { id } = stateOf();
    await world.up(declared({ identity: identity("renamed") }));
    expect(only(world.cloud.volumes)).toMatchObject({ id, tags: { Name: "renamed" } });
});

test("a volume that AWS could not make is told with the key's policy, and nothing is left", async () => {
    world.cloud.onSleep = () => world.cloud.volumes.forEach((volume) => (volume.isFailed = true));
    await expect(world.up(declared({ encrypted: true }))).rejects.toThrow(
        /could not make the volume .* it is error; .*KMS/,
    );
    expect([...world.cloud.volumes, ...world.journalled()]).toEqual([]);
});

test("what another living process makes, or another host until its time is over, is left alone", async () => {
    await expect(world.up(declared(), new Fault(3, "before", "kill"))).rejects.toThrow("killed");
    expect(world.pending()).toHaveLength(1);
    world.living.add(1000);
    await expect(world.up(declared())).rejects.toThrow(/process 1000 is making the volume "data" just now/);

    const workers = {
        self: { host: "elsewhere", process: { pid: 7, startTime: "x" } },
        identify: async () => undefined,
    };
    const other = world.handler(new Fault(), { workers });
    const { inputs } = await other.check({}, declared());
    await expect(other.create(inputs)).rejects.toThrow(/another host is making .* after 2026-01-01T00:1/);
    world.cloud.now += 11 * 60_000;
    await other.create(inputs);
    expect(world.pending()).toEqual([]);
    expect(world.cloud.volumes.size).toBe(1);
});

test("a deletion that was cut off makes no other volume with another account's credentials", async () => {
    await world.up(declared());
    await expect(world.destroy(new Fault(4, "before", "kill"))).rejects.toThrow("killed");
    expect(world.cloud.log.at(-1)).not.toBe("deleteVolume");
    expect(world.journalled()).toHaveLength(1);
    const gone = () => ({ ...world.cloud.calls(new Fault()), volumes: () => Promise.resolve([]) });
    const handler = world.handler(new Fault(), { calls: gone });
    const { id, inputs, outs } = stateOf();
    expect(await handler.diff(id, outs, inputs)).toMatchObject({ replaces: ["arn"] });
    world.cloud.account = "222222222222";
    expect(await handler.diff(id, outs, inputs)).toMatchObject({ changes: true, replaces: [] });
    await expect(handler.update(id, outs, inputs)).rejects.toMatchObject({ code: "other-account" });
});
