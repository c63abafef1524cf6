import type { Instance, InstanceCalls } from "../../../providers/aws/instance/calls";
import { labels } from "../../../providers/lifecycle/labels";
import { Fault } from "../support/fault";
import { declared, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

/** AWS as it may be moments after a mark was taken off: whoever looks for marked instances is shown all. */
function stale(): InstanceCalls {
    const calls = world.cloud.calls(new Fault());
    const marked = (instance: Instance): Instance => ({
        ...instance,
        tags: { ...instance.tags, [labels.pending]: "thishost-1-00000000-1" },
    });
    return {
        ...calls,
        instances: async ({ tagged, ...query }) => {
            const found = await calls.instances(query);
            return tagged === undefined ? found : found.map(marked);
        },
    };
}

const handler = () => world.handler(new Fault(), { calls: stale });

test("an update leaves its own instance, whatever mark a look at it shows", async () => {
    await world.up(declared());
    const before = world.state?.id;
    await world.up(declared({ tags: { team: "storage" } }), new Fault(), handler());
    expect(world.cloud.alive().map(({ id }) => id)).toEqual([before]);
});

test("an old instance that was ended outside goes, and the one that replaced it just now is left", async () => {
    await world.up(declared());
    const former = world.own().id;
    world.cloud.end(former);
    world.cloud.now += 600_000;
    await world.up(declared({ ami: "ami-22222222" }), new Fault(), handler());
    expect(world.cloud.alive().map(({ id }) => id)).toEqual([world.state?.id]);
    expect(world.state?.id).not.toBe(former);
});
