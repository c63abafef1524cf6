import { readdirSync, truncateSync } from "node:fs";
import path from "node:path";
import { imageHandler } from "../../providers/aws/image/handler";
import { UploadStore } from "../../providers/aws/image/store/store";
import { pendingLabel } from "../../providers/lifecycle/attempt";
import type { Properties } from "../../providers/lifecycle/handler";
import { labels } from "../../providers/lifecycle/labels";
import { type Blocks, digestsOf } from "./support/blocks";
import { awsError, Fault, Killed } from "./support/fault";
import type { State } from "./support/engine";
import { declared, image, urn, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

const first: Blocks = { 0: 1, 1: 2, 5: 3 };
const second: Blocks = { 0: 1, 1: 9, 6: 4 };

const key = (id: string): string => `arn:aws:kms:eu-central-1:111111111111:key/${id}`;

function only<T>(things: ReadonlyMap<string, T>): T {
    expect(things.size).toBe(1);
    return [...things.values()][0] as T;
}

test("an image is uploaded, registered with every default stated, and destroyed to the last snapshot", async () => {
    await world.up(declared());
    const stored = only(world.cloud.images);
    expect(stored.request).toMatchObject({
        architecture: "x86_64",
        bootMode: "legacy-bios",
        description: "os, built by pulumi-linuxkit",
        sizeGiB: 1,
    });
    expect(stored.request.name).toMatch(/^os-[0-9a-f]{12}$/);
    expect(stored.tags).toMatchObject({ Name: "os", [labels.digest]: expect.any(String) });
    expect(world.cloud.contents(stored.request.snapshot)).toEqual(digestsOf(first));
    expect(world.pending()).toEqual([]);
    expect(world.uploads()).toEqual([]);
    expect(world.state).toMatchObject({
        id: stored.id,
        outs: { account: "111111111111", region: "eu-central-1", snapshotIds: [stored.request.snapshot] },
    });
    expect(await world.changes(declared())).toBe(false);
    await world.destroy();
    expect([...world.cloud.images, ...world.cloud.snapshots]).toEqual([]);
});

test("another image is made before the old one goes, and only what differs is sent, zeros too", async () => {
    await world.up(declared());
    const former = world.state?.id;
    world.cloud.put.length = 0;
    expect(await world.changes(declared({ image: image(second) }))).toEqual(["image"]);
    await world.up(declared({ image: image(second) }));
    expect(world.cloud.put.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([1, 5, 6]);
    const stored = only(world.cloud.images);
    expect(stored.id).not.toBe(former);
    expect(world.cloud.contents(stored.request.snapshot)).toEqual(digestsOf(second));
    expect(world.cloud.log.indexOf("deregisterImage")).toBeGreaterThan(world.cloud.log.lastIndexOf("registerImage"));
    expect(world.cloud.snapshots.size).toBe(1);
});

test("a snapshot's blocks that were acknowledged are not sent again by the next attempt", async () => {
    const handler = world.handler(new Fault(9, "before", "kill"));
    const { inputs } = await handler.check({}, declared());
    await expect(handler.create(inputs)).rejects.toThrow("killed");
    const sent = world.cloud.put.map(({ index }) => index);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(3);
    await world.up(declared());
    expect(world.cloud.put.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([0, 1, 5]);
});

test("without the store an upload is begun anew, what was left is deleted, and a finished snapshot is gone on with", async () => {
    await expect(world.up(declared(), new Fault(8, "before", "kill"))).rejects.toThrow("killed");
    const store = (name: string): UploadStore => new UploadStore(path.join(world.directory, name));
    const lost = world.handler(new Fault(), { store: store("other") });
    const { inputs } = await lost.check({}, declared());
    world.cloud.now += 60_000;
    await lost.create(inputs);
    expect(world.cloud.snapshots.size).toBe(1);
    expect(world.pending()).toEqual([]);

    const another = declared({ image: image(second) });
    const stopped = new Fault(Infinity);
    const register = world.environment(stopped, { store: store("third") });
    const refused = imageHandler({
        ...register,
        calls: () => ({ ...world.cloud.calls(stopped), registerImage: () => Promise.reject(new Killed()) }),
        engine: { operation: (call) => call({ ...stopped.steps(), undo: () => Promise.reject(new Killed()) }) },
    });
    const { inputs: next } = await refused.check({}, another);
    await expect(refused.create(next)).rejects.toThrow("killed");
    world.cloud.put.length = 0;
    const last = world.handler(new Fault(), { store: store("fourth") });
    await last.create((await last.check({}, another)).inputs);
    expect(world.cloud.put).toEqual([]);
});

test("what another living process makes, or another host until its time is over, is left alone", async () => {
    const killed = new Fault(9, "before", "kill");
    const handler = world.handler(killed);
    const { inputs } = await handler.check({}, declared());
    await expect(handler.create(inputs)).rejects.toThrow("killed");
    world.living.add(1000);
    await expect(world.up(declared())).rejects.toThrow(/process 1000 is making the image "os" just now/);
    expect(world.pending()).toHaveLength(1);

    const elsewhere = {
        self: { host: "elsewhere", process: { pid: 7, startTime: "x" } },
        identify: async () => undefined,
    };
    const other = world.handler(new Fault(), { workers: elsewhere });
    await expect(other.create(inputs)).rejects.toThrow(/another host is making .* after 2026-01-01T00:3/);
    world.cloud.now += 31 * 60_000;
    await other.create(inputs);
    expect(world.pending()).toEqual([]);
});

test.each<[string, Properties, Properties, readonly number[]]>([
    ["an upload in full on request", {}, { upload: "full" }, [0, 1, 6]],
    ["the same key", { kmsKey: key("a") }, { kmsKey: key("a") }, [1, 5, 6]],
    ["another key", { kmsKey: key("a") }, { kmsKey: key("b") }, [0, 1, 6]],
    ["encryption since", {}, { encrypted: true }, [0, 1, 6]],
    ["a larger volume", {}, { size: "2 GB" }, [1, 5, 6]],
    ["a smaller volume", { size: "2 GB" }, { size: "1 GB" }, [0, 1, 6]],
])("with %s the right blocks are sent", async (_, before, after, sent) => {
    await world.up(declared(before));
    world.cloud.put.length = 0;
    await world.up(declared({ image: image(second), ...after }));
    expect(world.cloud.put.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(sent);
    const stored = only(world.cloud.images);
    expect(world.cloud.contents(stored.request.snapshot)).toEqual(digestsOf(second));
    const encrypted = "kmsKey" in after || after["encrypted"] === true;
    expect(only(world.cloud.snapshots).encrypted).toBe(encrypted);
});

test("an account that encrypts by default since the predecessor gets all blocks", async () => {
    await world.up(declared());
    world.cloud.encryptsByDefault = true;
    world.cloud.put.length = 0;
    await world.up(declared({ image: image(second) }));
    expect(world.cloud.put).toHaveLength(3);
    expect(only(world.cloud.snapshots).encrypted).toBe(true);
});

test("a disk that is its predecessor's to the last block is uploaded by one of its blocks", async () => {
    await world.up(declared());
    world.cloud.put.length = 0;
    await world.up(declared({ bootMode: "uefi" }));
    expect(world.cloud.put).toHaveLength(1);
    expect(world.cloud.contents(only(world.cloud.images).request.snapshot)).toEqual(digestsOf(first));
});

test("a manifest that lost its end is not believed", async () => {
    await world.up(declared());
    const file = readdirSync(world.directory).find((name) => name.startsWith("snap-")) as string;
    truncateSync(path.join(world.directory, file), 36 * 2);
    world.cloud.put.length = 0;
    await world.up(declared({ image: image(second) }));
    expect(world.cloud.put).toHaveLength(3);
});

test("a fresh snapshot that its service does not know yet is waited for, and one that is gone ends the upload", async () => {
    world.cloud.putErrors.push(...Array.from({ length: 3 }, () => awsError("ResourceNotFoundException")));
    await world.up(declared());
    await world.destroy();
    world.cloud.putErrors.push(...Array.from({ length: 300 }, () => awsError("ResourceNotFoundException")));
    await expect(world.up(declared())).rejects.toThrow(/the snapshot snap-\w+ is gone while its blocks were sent/);
    expect(world.cloud.snapshots.size).toBe(0);
});

test("drift is seen by a refresh and put right in place", async () => {
    const wanted = declared({ tags: { team: "storage" }, deprecateAt: "2030-01-31T00:00:00Z" });
    await world.up(wanted);
    const stored = only(world.cloud.images);
    for (const spoil of [
        () => (stored.tags = { ...stored.tags, team: "network" }),
        () => (stored.tags = { ...stored.tags, extra: "yes" }),
        () => (stored.description = "other"),
        () => (stored.permissions = { ...stored.permissions, accounts: ["222222222222"] }),
        () => delete stored.deprecateAt,
    ]) {
        spoil();
        await world.refresh();
        expect(await world.changes(wanted)).toBe(true);
        await world.up(wanted);
        await world.refresh();
        expect(await world.changes(wanted)).toBe(false);
    }
    expect(stored.tags).toMatchObject({ team: "storage" });
    expect(stored.tags).not.toHaveProperty("extra");
    expect(world.cloud.images.size).toBe(1);
});

test("an image that was deregistered outside is gone at a refresh, and made again", async () => {
    await world.up(declared());
    world.cloud.images.clear();
    await world.refresh();
    expect(world.state).toBeUndefined();
});

test("with another account's credentials nothing is read, changed or deleted", async () => {
    await world.up(declared());
    world.cloud.account = "222222222222";
    const { id, inputs, outs } = world.state as NonNullable<typeof world.state>;
    const handler = world.handler();
    const reason = /is in account 111111111111 \(eu-central-1\), and these credentials are of 222222222222/;
    await expect(handler.read(id, outs)).rejects.toThrow(reason);
    await expect(handler.update(id, outs, inputs)).rejects.toThrow(reason);
    await expect(handler.delete(id, outs)).rejects.toThrow(reason);
    expect(world.cloud.images.size).toBe(1);
});

test("former versions stay as far as they are to, and a destroy takes them all", async () => {
    const version = (fill: number): Properties => declared({ image: image({ 0: fill }), retain: 2 });
    const ids: unknown[] = [];
    for (const fill of [1, 2, 3, 4]) {
        await world.up(version(fill));
        ids.push(world.state?.id);
        world.cloud.now += 3_600_000;
        expect(world.cloud.images.size).toBe(Math.min(fill, 3));
    }
    expect([...world.cloud.images.keys()]).toEqual(ids.slice(1));
    await world.destroy();
    expect([world.cloud.images.size, world.cloud.snapshots.size]).toEqual([0, 0]);
});

test("a resource that was renamed with an alias keeps what it made, and goes on from it", async () => {
    const renamed = { identity: { organization: "organization", project: "shop", stack: "dev", urn: urn("new") } };
    await world.up(declared({ retain: 1 }));
    await world.up(declared({ retain: 1, image: image(second) }));
    await world.up(declared({ retain: 1, image: image(second), ...renamed }));
    expect(world.cloud.images.size).toBe(2);
    world.cloud.put.length = 0;
    await world.up(declared({ retain: 1, image: image({ ...second, 7: 1 }), ...renamed }));
    expect(world.cloud.put.map(({ index }) => index)).toEqual([7]);
    expect(world.cloud.images.size).toBe(2);
    await world.destroy();
    expect([world.cloud.images.size, world.cloud.snapshots.size]).toEqual([0, 0]);
});

test("a snapshot that AWS did not delete with its image is named with the reason", async () => {
    await world.up(declared());
    const { snapshot } = only(world.cloud.images).request;
    world.cloud.codes.set(snapshot, "skipped");
    const other = { ...only(world.cloud.images), id: "ami-ffffffffffffffff0" };
    other.request = { ...other.request, name: "other" };
    world.cloud.images.set(other.id, other);
    await expect(world.destroy()).rejects.toThrow(
        /its snapshot snap-\w+ is left \(skipped: other images use it\).*is used by another image/,
    );
    world.cloud.images.delete(other.id);
    await world.destroy();
    expect(world.cloud.snapshots.size).toBe(0);
});

test("an image that is in use goes, and who uses it is told", async () => {
    await world.up(declared());
    const { id } = only(world.cloud.images);
    const instance = (index: number): string => `arn:aws:ec2:eu-central-1:111111111111:instance/i-${index}`;
    world.cloud.users.set(id, [0, 1, 2, 3, 4, 5, 6].map(instance));
    await world.destroy();
    expect(world.cloud.images.size).toBe(0);
    const told = `the image ${id} is deregistered while it is in use by ${[0, 1, 2, 3, 4].map(instance).join(", ")} and 2 more: instances go on`;
    expect(world.notes).toEqual([expect.stringContaining(told)]);
});

test("a protected image is left, with what to do", async () => {
    await world.up(declared());
    only(world.cloud.images).isProtected = true;
    await expect(world.destroy()).rejects.toThrow(
        /is protected from deletion: .*disable-image-deregistration-protection/,
    );
    expect(await world.changes(declared())).toBe(false);
    only(world.cloud.images).isProtected = false;
    await world.destroy();
    expect(world.cloud.images.size).toBe(0);
});

test("a name that is given is used, the old image goes first, and one that is taken is an error", async () => {
    const named = (changes: Properties = {}): Properties => declared({ name: "redis-os", ...changes });
    await world.up(named());
    await world.up(named({ image: image(second) }));
    expect(only(world.cloud.images).request.name).toBe("redis-os");
    const forced = world.handler();
    await expect(forced.create((await forced.check({}, named())).inputs)).rejects.toThrow(
        /name: eu-central-1 has an image called "redis-os" already/,
    );
    expect([world.cloud.images.size, world.cloud.snapshots.size]).toEqual([1, 1]);
});

test("a forced replacement, which is made of the same, gets a name beside the live one", async () => {
    await world.up(declared());
    const handler = world.handler();
    const { inputs } = await handler.check({}, declared());
    const { id, outs } = await handler.create(inputs);
    const former = world.state as State;
    expect(String(outs["name"]).startsWith(`${String(former.outs["name"])}-`)).toBe(true);
    await handler.delete(former.id, former.outs);
    expect(only(world.cloud.images).id).toBe(id);
    const later = await handler.check(inputs, declared());
    expect(await handler.diff(id, outs, later.inputs)).toMatchObject({ changes: false });
});

test("an image that was left is adopted when it holds what is declared", async () => {
    await world.up(declared());
    const { id } = world.state as NonNullable<typeof world.state>;
    world.state = undefined;
    const identity = { organization: "organization", project: "shop", stack: "dev", urn: urn("other") };
    await expect(world.up(declared({ identity, adopt: { id }, image: image(second) }))).rejects.toThrow(
        /it holds another image than is declared/,
    );
    await expect(world.up(declared({ identity, adopt: { id: "ami-12345678" } }))).rejects.toThrow(/no such image/);
    const stored = only(world.cloud.images);
    const worker = { host: "thishost", process: { pid: 999, startTime: "then" } };
    stored.tags = { ...stored.tags, [labels.pending]: pendingLabel(worker, 0) };
    world.living.add(999);
    await expect(world.up(declared({ identity, adopt: { id } }))).rejects.toThrow(/process 999 is making the image/);
    world.living.clear();
    world.cloud.put.length = 0;
    await world.up(declared({ identity, adopt: { id } }));
    expect([(world.state as State | undefined)?.id, world.cloud.put.length]).toEqual([id, 0]);
    expect(await world.changes(declared({ identity }))).toBe(false);
    await world.up(declared({ identity, image: image(second) }));
    expect(world.cloud.images.size).toBe(1);
    await world.destroy();
    expect(world.cloud.snapshots.size).toBe(0);
});
