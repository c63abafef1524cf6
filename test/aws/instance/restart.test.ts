import { PartialFailure } from "../../../providers/lifecycle/handler";
import { Fault } from "../support/fault";
import { declared, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

test("an instance that is terminated while it is stopped for a change is not waited for", async () => {
    await world.up(declared());
    const begun = world.cloud.now;
    const calls = () => ({
        ...world.cloud.calls(new Fault()),
        stopInstance: async (id: string) => world.cloud.end(id),
    });
    const handler = world.handler(new Fault(), { calls });
    const update = world.up(declared({ instanceType: "t3.small" }), new Fault(), handler);
    await expect(update).rejects.toBeInstanceOf(PartialFailure);
    expect(world.cloud.now - begun).toBeLessThan(120_000);
    await world.refresh();
    expect(world.state).toBeUndefined();
});
