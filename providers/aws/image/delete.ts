import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Properties } from "../../lifecycle/handler";
import { labels } from "../../lifecycle/labels";
import type { Steps } from "../../lifecycle/steps";
import { isAbsent, isRefusal } from "../client/errors";
import { requireAccount } from "../resource/account";
import { openAttempt } from "../resource/attempt";
import type { Attempt } from "./attempt";
import type { MachineImage } from "./calls";
import type { ImageEnvironment } from "./environment";
import { identityLabel } from "../../lifecycle/identity";
import { salvageLeft } from "./left";
import { readSettings } from "./settings";
import { deleteSnapshot, deregister } from "./take-away";

/**
 * Deregisters an image and deletes its snapshots, and asks until they are gone; what is gone already is a success. With
 * `retain` an image whose successor is there is kept, and those beyond so many go. What an attempt left to replace it goes too.
 */
export async function remove(environment: ImageEnvironment, steps: Steps, id: string, outs: Properties): Promise<void> {
    const settings = readSettings(outs);
    const attempt = await openAttempt(environment, settings, settings.deleteMilliseconds);
    requireAccount(attempt, id, outs);
    const versions = await steps.run("look for other versions", () => versionsOf(attempt, id));
    const isKept = settings.retain > 0 && versions.successor && versions.own !== undefined;
    if (isKept) {
        const now = String(Math.floor(environment.clock.now() / 1000));
        await steps.run("mark the image as kept", () => attempt.calls.tag([id], { [labels.retained]: now }));
    } else {
        const known = (outs["snapshotIds"] ?? []) as readonly string[];
        await steps.run("record the deletion", () => environment.store.markDeletion(id));
        try {
            await removeImage(attempt, steps, id, [...new Set([...known, ...(versions.own?.snapshots ?? [])])]);
        } catch (error) {
            if (isKeptByAws(error)) await unmarkWhole(attempt, id);
            throw error;
        }
    }
    const room = versions.successor ? settings.retain - (isKept ? 1 : 0) : 0;
    for (const image of versions.retired.slice(room)) {
        await removeImage(attempt, steps, image.id, image.snapshots);
    }
    await salvageLeft(attempt, steps, false);
    await steps.run("record that it is deleted", () => environment.store.unmarkDeletion(id));
}

const isKeptByAws = (error: unknown): boolean =>
    isRefusal(error) || (error instanceof LinuxKitError && error.code === "deletion-protected");

/** One that AWS did not deregister is as it was, so that no `up` makes another in its place. */
async function unmarkWhole({ calls, environment }: Attempt, id: string): Promise<void> {
    const [image] = await calls.images({ ids: [id] });
    if (image !== undefined) {
        await environment.store.unmarkDeletion(id);
    }
}

interface Versions {
    /** The image that is to go; undefined when it is gone. */
    readonly own: MachineImage | undefined;
    /** Whether a newer one was finished: a delete cannot tell a replacement from a destruction otherwise. */
    readonly successor: boolean;
    /** Those that were kept, the newest first. */
    readonly retired: readonly MachineImage[];
}

async function versionsOf({ calls, settings }: Attempt, id: string): Promise<Versions> {
    const all = await calls.images({ tags: { [labels.identity]: identityLabel(settings) } });
    const [own] = await calls.images({ ids: [id] });
    const others = all.filter((image) => image.id !== id && image.tags[labels.pending] === undefined);
    const retiredAt = ({ tags }: MachineImage): number => Number(tags[labels.retained] ?? NaN);
    return {
        own,
        successor: others.some((image) => Number.isNaN(retiredAt(image)) && image.created >= (own?.created ?? 0)),
        retired: others
            .filter((image) => !Number.isNaN(retiredAt(image)))
            .toSorted((one, other) => retiredAt(other) - retiredAt(one)),
    };
}

async function removeImage(attempt: Attempt, steps: Steps, id: string, snapshots: readonly string[]): Promise<void> {
    const users = await steps.run("look who uses the image", () => usersOf(attempt, id));
    if (users.length > 0) {
        attempt.environment.note(inUse(id, users));
    }
    const codes = await steps.run("deregister the image", () => deregister(attempt, steps, id, { snapshots: true }));
    for (const snapshot of snapshots) {
        await steps.run("delete its snapshot", async () => {
            try {
                await deleteSnapshot(attempt, steps, snapshot);
            } catch (error) {
                throw withCode(error, snapshot, codes[snapshot]);
            }
        });
    }
}

async function usersOf({ calls }: Attempt, id: string): Promise<readonly string[]> {
    try {
        return await calls.references(id);
    } catch (error) {
        if (!isAbsent(error)) throw error;
        return [];
    }
}

const shown = 5;

/** AWS deregisters what is in use: its machines go on, but are the last. */
function inUse(id: string, users: readonly string[]): string {
    const more = users.length > shown ? ` and ${users.length - shown} more` : "";
    return `the image ${id} is deregistered while it is in use by ${users.slice(0, shown).join(", ")}${more}: instances go on, and a launch template or a group that names it launches no more of them`;
}

const meanings: Readonly<Record<string, string>> = {
    skipped: "other images use it",
    "missing-permissions": "these credentials may not call ec2:DeleteSnapshot",
    "internal-error": "AWS failed",
    "client-error": "its configuration stands in the way, a lock for one",
};

/** What DeregisterImage said of the snapshot when it was to go with the image. */
function withCode(error: unknown, snapshot: string, code: string | undefined): unknown {
    if (code === undefined || code === "success") {
        return error;
    }
    const message = error instanceof Error ? error.message : String(error);
    return new LinuxKitError(
        "snapshot-left",
        `the image is deregistered, and its snapshot ${snapshot} is left (${code}: ${meanings[code] ?? "no known reason"}): ${message}`,
        { snapshot, code },
        { cause: error },
    );
}
