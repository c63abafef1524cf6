import { temporaryFolder } from "../../../support/folder.ts";
import type { Attachment, Volume } from "../world/tables.ts";
import { World } from "../world/world.ts";
import { settle } from "./settle.ts";
import { attachmentState } from "./volumes/state.ts";

const temporary = temporaryFolder();

test("a volume that a guest does not let go of is busy, and free when the guest has", () => {
    const world = new World(temporary());
    const now = world.clock.now();
    const attachment = {
        instanceId: "i-1",
        device: "/dev/sdf",
        attachedAt: now - 2,
        detachedAt: now - 1,
    } as Attachment;
    const volume = { id: "vol-1", attachment } as Volume;
    world.tables.volumes.set(volume.id, volume);
    const held = new Set([volume.id]);
    world.guests.holds = (id) => held.has(id);
    settle(world);
    expect(volume.attachment).toBe(attachment);
    expect(attachmentState(attachment, now - 2)).toBe("detaching");
    expect(attachmentState(attachment, now)).toBe("busy");

    held.clear();
    settle(world);
    expect(volume.attachment).toBeUndefined();
});
