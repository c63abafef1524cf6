import type { Properties } from "../../providers/lifecycle/handler";
import { ownershipLabels } from "../../providers/lifecycle/labels";
import * as instances from "./instance/support/world";
import * as images from "./support/world";
import * as volumes from "./volume/support/world";

const stackRenamed = {
    organization: "organization",
    project: "shop",
    stack: "prod",
    urn: images.urn("os").replace(":dev:", ":prod:"),
};

/** What carries a Name of its own, so that a resource's name is no part of its tags. */
const tags = { Name: "redis" };

test.each([
    ["an image", () => new images.World(), images.declared, (world: images.World) => world.cloud.images],
    ["an instance", () => new instances.World(), instances.declared, (world: instances.World) => world.cloud.instances],
    ["a volume", () => new volumes.World(), volumes.declared, (world: volumes.World) => world.cloud.volumes],
] as const)("%s of a stack that was renamed is marked as its own, and stays", async (_, make, declared, all) => {
    const world = make();
    try {
        await world.up(declared({ tags }));
        const id = world.state?.id ?? "";
        const renamed: Properties = declared({ tags, identity: stackRenamed });
        expect(await world.changes(renamed)).toBe(true);
        await world.up(renamed);
        const things: ReadonlyMap<string, { readonly tags: object }> = all(world as never);
        expect(world.state?.id).toBe(id);
        expect(things.get(id)?.tags).toMatchObject({ ...tags, ...ownershipLabels(stackRenamed) });
        expect(await world.changes(renamed)).toBe(false);
    } finally {
        world.close();
    }
});
