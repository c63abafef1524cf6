import { setTimeout as delay } from "node:timers/promises";
import type { GuestDisk } from "./arguments.ts";
import { escape, HOT_SLOTS, serialOf, slotAtStart } from "./arguments.ts";
import { monitorCommand } from "./qmp.ts";

/** Until a guest has let go of a volume; one that does not keeps it. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;
/** QEMU takes a request again after five seconds. */
const LOOKS_A_WORD = 24;

/** Attaches volumes to a running guest, and takes them off, one after the other; its root stays. */
export class HotPlug {
    readonly #socket: string;
    /** Volumes without a slot: the root, and those beyond the slots. */
    readonly #fixed = new Set<string>();
    /** Volumes by slot. */
    readonly #plugged = new Map<string, string>();
    #work: Promise<void> = Promise.resolve();

    constructor(socket: string, atStart: readonly GuestDisk[]) {
        this.#socket = socket;
        atStart.forEach(({ volumeId }, index) => {
            const slot = slotAtStart(index);
            if (slot === undefined) {
                this.#fixed.add(volumeId);
            } else {
                this.#plugged.set(slot, volumeId);
            }
        });
    }

    /** @param disk gives a volume's file, which it may first make */
    reconcile(wanted: readonly string[], disk: (volumeId: string) => Promise<string>): void {
        this.#work = this.#afterwards(this.#work, wanted, disk).catch((error: unknown) => console.error(error));
    }

    /** Whether the guest has a volume, be it one that it was told to let go of. */
    holds(volumeId: string): boolean {
        return this.#fixed.has(volumeId) || [...this.#plugged.values()].includes(volumeId);
    }

    async #afterwards(
        before: Promise<void>,
        wanted: readonly string[],
        disk: (volumeId: string) => Promise<string>,
    ): Promise<void> {
        await before;
        for (const volumeId of this.#plugged.values()) {
            if (!wanted.includes(volumeId)) {
                await this.#unplug(volumeId);
            }
        }
        for (const volumeId of wanted) {
            if (!this.holds(volumeId)) {
                await this.#plug({ volumeId, file: await disk(volumeId) });
            }
        }
    }

    async #plug({ volumeId, file }: GuestDisk): Promise<void> {
        const slot = HOT_SLOTS.find((each) => !this.#plugged.has(each));
        if (slot === undefined) {
            throw new Error(
                `${volumeId}: all ${HOT_SLOTS.length} slots of the guest are taken; it has it at its next start`,
            );
        }
        const drive = `drive_add 0 if=none,id=drive-${volumeId},format=raw,cache=unsafe,discard=unmap,file=${escape(file)}`;
        await this.#say(drive, "OK");
        const device = `nvme,drive=drive-${volumeId},serial=${serialOf(volumeId)},id=${volumeId},bus=${slot}`;
        await this.#say(`device_add ${device}`, "");
        this.#plugged.set(slot, volumeId);
    }

    /** The guest must agree. The drive of an NVMe device does not go with it: QEMU has it until it is told. */
    async #unplug(volumeId: string): Promise<void> {
        const end = Date.now() + PATIENCE_MS;
        for (let look = 0; await this.#has(volumeId); look += 1) {
            if (Date.now() > end) {
                throw new Error(`The guest does not let go of ${volumeId}`);
            }
            // A guest that is still taking the device in does not hear the first word.
            if (look % LOOKS_A_WORD === 0) {
                await monitorCommand(this.#socket, `device_del ${volumeId}`);
            }
            await delay(LOOK_MS);
        }
        await this.#say(`drive_del drive-${volumeId}`, "");
        const slot = [...this.#plugged].find(([, each]) => each === volumeId)?.[0] ?? "";
        this.#plugged.delete(slot);
    }

    async #has(volumeId: string): Promise<boolean> {
        return (await monitorCommand(this.#socket, "qom-list /machine/peripheral")).includes(`${volumeId} (`);
    }

    async #say(command: string, wanted: string): Promise<void> {
        const said = await monitorCommand(this.#socket, command);
        if (said !== wanted) {
            throw new Error(`QEMU says to ${command}: ${said}`);
        }
    }
}
