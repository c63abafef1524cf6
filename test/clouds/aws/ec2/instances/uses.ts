import { instanceState } from "../../world/instance-state.ts";
import type { Instance } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";

/** Instances of an image that are not terminated. */
export function instancesOf({ tables, clock }: World, imageId: string): Instance[] {
    return [...tables.instances.values()].filter(
        (instance) => instance.imageId === imageId && instanceState(instance, clock.now()) !== "terminated",
    );
}
