import { labels } from "../../providers/lifecycle/labels";
import { type Blocks, declared, digestsOf, image, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

const first: Blocks = { 0: 1, 1: 2, 5: 3 };
const second: Blocks = { 0: 1, 1: 9, 6: 4 };

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
    expect(stored.request.name).toMatch(/^os-[0-9a-f]{7}$/);
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
