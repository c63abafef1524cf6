import { instanceState } from "../world/instance-state.ts";
import type { Instance } from "../world/tables.ts";
import type { World } from "../world/world.ts";
import { settleImports } from "./imports/settle.ts";
import { removeVolume } from "./volumes/make.ts";
import { volumesOf } from "./volumes/of-instance.ts";

/** Does what time has brought: ended detachments, and what goes with an instance that is terminated or stopped. */
export function settle(world: World): void {
    const now = world.clock.now();
    settleImports(world);
    for (const volume of world.tables.volumes.values()) {
        const { detachedAt } = volume.attachment ?? {};
        if (detachedAt !== undefined && detachedAt <= now && !world.guests.holds(volume.id)) {
            delete volume.attachment;
        }
    }
    for (const instance of world.tables.instances.values()) {
        const state = instanceState(instance, now);
        if (state === "terminated") {
            settleTerminated(world, instance, now);
        } else if (state === "stopped") {
            delete world.tables.networkInterfaces.get(instance.networkInterfaceId)?.publicIp;
        }
    }
}

/** A terminated instance is described for a while; its interface and its volumes are gone at once. */
function settleTerminated(world: World, instance: Instance, now: number): void {
    settleInterface(world, instance);
    for (const volume of volumesOf(world, instance.id)) {
        if (volume.attachment.deleteOnTermination) {
            removeVolume({ world }, volume);
        } else {
            delete world.tables.volumes.get(volume.id)!.attachment;
        }
    }
    const request = world.tables.spotRequests.get(instance.spotRequestId ?? "");
    if (request !== undefined) {
        request.closedAt ??= instance.settlesAt;
    }
    if (now >= instance.settlesAt + world.settings.terminatedVisibleMs) {
        world.tables.instances.delete(instance.id);
        world.tables.spotRequests.delete(instance.spotRequestId ?? "");
    }
}

function settleInterface({ tables }: World, { id, networkInterfaceId }: Instance): void {
    const link = tables.networkInterfaces.get(networkInterfaceId);
    if (link?.instanceId !== id) {
        return;
    }
    if (link.deleteOnTermination) {
        tables.networkInterfaces.delete(link.id);
    } else {
        delete link.instanceId;
        delete link.publicIp;
    }
}
