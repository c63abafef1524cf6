import { createHash } from "node:crypto";
import type { Guests } from "./guests.ts";
import { instanceState } from "./instance-state.ts";
import type { Instance } from "./tables.ts";
import type { World } from "./world.ts";

/** Instances that only exist: their consoles have what the side interface prints, and a line of readiness if set so. */
export class NoGuests implements Guests {
    readonly #world: World;
    readonly #printed = new Map<string, string>();

    constructor(world: World) {
        this.#world = world;
    }

    reconcile(): void {}

    console(instanceId: string): Buffer {
        const instance = this.#world.tables.instances.get(instanceId);
        return instance === undefined
            ? Buffer.alloc(0)
            : Buffer.from((this.#printed.get(bootOf(instance)) ?? "") + this.#ready(instance));
    }

    print(instanceId: string, text: string): void {
        const instance = this.#world.tables.instances.get(instanceId);
        if (instance === undefined) {
            throw new Error(`There is no instance ${instanceId}`);
        }
        const boot = bootOf(instance);
        this.#printed.set(boot, (this.#printed.get(boot) ?? "") + text);
    }

    disk(): undefined {
        return undefined;
    }

    holds(): boolean {
        return false;
    }

    forward(): Promise<number> {
        return Promise.reject(new Error("Guests are switched off"));
    }

    async close(): Promise<void> {}

    #ready(instance: Instance): string {
        const runs = instanceState(instance, this.#world.clock.now()) === "running";
        return this.#world.settings.readyWithoutGuest && runs ? `linuxkit: ready ${bootOf(instance)}\n` : "";
    }
}

/** An id in the form of a kernel's, another one for each boot. */
function bootOf({ id, launchedAt, reboots = 0 }: Instance): string {
    const digest = createHash("sha256").update([id, launchedAt, reboots].join("/")).digest("hex");
    return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
