import { LinuxKitError } from "../../../sdk/assembly/error";
import { failure, holdsUnknown } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { isAlive } from "../../lifecycle/process";
import { nameOf, sameIdentity } from "../journal/entry";
import { giveUpClaim, takeClaim } from "./claims";
import type { DiskEntry } from "./entry";
import type { DiskEnvironment } from "./environment";
import { diskSize } from "./file";
import { adoptedIdOf, type DiskSettings, readDisk } from "./settings";
import { shrinkReason } from "./shrink";
import { runningWith } from "./users";

/** Disks that resources are to adopt, in the checks of one command: of two that both want one, no journal tells. */
export class Adoptions {
    readonly #wanted = new Map<string, Identity>();

    /** The other resource that is to have the disk; undefined when there is none. */
    want(id: string, identity: Identity): Identity | undefined {
        const other = this.#wanted.get(id);
        if (other !== undefined && !sameIdentity(other, identity)) {
            return other;
        }
        this.#wanted.set(id, identity);
        return undefined;
    }
}

type Found = { readonly entry: DiskEntry } | { readonly problem: CheckFailure };

/** Problems of a disk that is to be adopted; none of one that was adopted before. */
export async function adoptionFailures(
    environment: DiskEnvironment,
    olds: Properties,
    inputs: Properties,
): Promise<readonly CheckFailure[]> {
    const id = adoptedIdOf(inputs);
    if (id === undefined || holdsUnknown(inputs)) {
        return [];
    }
    const settings = readDisk(inputs);
    const rival = environment.adoptions.want(id, settings.identity);
    if (rival !== undefined) {
        const reason = `"${nameOf(rival)}" of this program adopts the disk ${id} too: remove adopt from one of them`;
        return [failure("adopt.id", reason)];
    }
    if (adoptedIdOf(olds) === id) {
        return [];
    }
    const found = await find(environment, settings, id, inputs["size"] as string);
    if ("problem" in found) {
        return [found.problem];
    }
    const isKnown = olds["identity"] !== undefined && sameIdentity(found.entry.identity, settings.identity);
    const problem = isKnown ? undefined : await heldReason(environment, settings, found.entry);
    return problem === undefined ? [] : [failure("adopt.id", problem)];
}

/**
 * Claims a disk that is nobody's, for as long as this process lives: its stack's state has the disk only after the engine
 * has heard of it. Of two that adopt it at once one gets it.
 * @returns its entry
 * @throws LinuxKitError `disk-not-adopted`
 */
export async function claimFree(environment: DiskEnvironment, id: string, inputs: Properties): Promise<DiskEntry> {
    const { journal, self } = environment;
    await requireFound(environment, id, inputs);
    const holder = await takeClaim(journal.claims(id), self);
    if (holder !== undefined) {
        const reason = `process ${holder.pid} adopts the disk ${id} just now: let its command end, then run this one again`;
        throw refusal(id, failure("adopt.id", reason));
    }
    try {
        const entry = await requireFound(environment, id, inputs);
        const reason = await heldReason(environment, readDisk(inputs), entry);
        if (reason !== undefined) {
            throw refusal(id, failure("adopt.id", reason));
        }
        return entry;
    } catch (error) {
        await giveUpClaim(journal.claims(id));
        throw error;
    }
}

/** Makes a disk again what it was before it was claimed; one that has grown by then stays as large as it is. */
export async function giveBack({ journal }: DiskEnvironment, former: DiskEntry): Promise<void> {
    const found = (await diskSize({ path: journal.file(former), format: former.format })) ?? 0;
    await journal.write({ ...former, sizeBytes: Math.max(former.sizeBytes, found) });
    await giveUpClaim(journal.claims(former.id));
}

async function requireFound(environment: DiskEnvironment, id: string, inputs: Properties): Promise<DiskEntry> {
    const found = await find(environment, readDisk(inputs), id, inputs["size"] as string);
    if ("problem" in found) {
        throw refusal(id, found.problem);
    }
    return found.entry;
}

function refusal(id: string, { property, reason }: CheckFailure): LinuxKitError {
    return new LinuxKitError("disk-not-adopted", `${property}: ${reason}`, { id });
}

/** Its entry, when its file is there and of that format, and no larger than is declared. */
async function find(
    { journal }: DiskEnvironment,
    { identity, format, sizeBytes }: DiskSettings,
    id: string,
    size: string,
): Promise<Found> {
    const entry = await journal.find(id);
    const bytes = entry && (await diskSize({ path: journal.file(entry), format: entry.format }));
    if (entry !== undefined && bytes === undefined && sameIdentity(entry.identity, identity)) {
        const reason = `the file of the disk ${id} is gone from this host: put ${journal.file(entry)} back from a copy, or remove adopt, and an empty disk is made in its place`;
        return { problem: failure("adopt.id", reason) };
    }
    if (entry === undefined || bytes === undefined || entry.attempt === "create" || entry.attempt === "delete") {
        const reason = `this user has no disk ${id} on this host: \`npx pulumi-linuxkit gc\` lists those that are left of a stack; without adopt an empty disk is made`;
        return { problem: failure("adopt.id", reason) };
    }
    if (entry.format !== format) {
        const other = sameIdentity(entry.identity, identity) ? ", or remove adopt for an empty disk" : "";
        const reason = `the disk ${id} is of format ${entry.format}: declare format: "${entry.format}"${other}`;
        return { problem: failure("format", reason) };
    }
    return bytes > sizeBytes ? { problem: failure("size", shrinkReason(size, `${bytes / 1024} KB`)) } : { entry };
}

/** Why a disk is somebody's: the state of its stack has it, a machine runs with it, or a process works on it. */
async function heldReason(
    environment: DiskEnvironment,
    { identity }: DiskSettings,
    entry: DiskEntry,
): Promise<string | undefined> {
    const known = await environment.idsInState(entry.identity).catch((error: unknown) => error as Error);
    if (known instanceof Error && sameIdentity(entry.identity, identity)) {
        return `whether the disk ${entry.id} is already in the state of this stack cannot be seen: ${known.message}`;
    }
    if (!(known instanceof Error) && known.has(entry.id) && sameIdentity(entry.identity, identity)) {
        return `the disk ${entry.id} is already ${named(identity)}, and a replacement would delete what it adopts: remove adopt, and the replacement is an empty disk`;
    }
    if (!(known instanceof Error) && known.has(entry.id)) {
        return `the disk ${entry.id} is ${named(entry.identity)}, whose state has it: take that out with retainOnDelete first, which leaves the file, or with \`pulumi state delete\``;
    }
    const machine = await runningWith(environment.machines, entry.id);
    if (machine !== undefined) {
        return `the machine ${named(machine.identity)} runs with the disk ${entry.id}: destroy that machine, or take the disk off it, first`;
    }
    return entry.attempt !== undefined && (await isAlive(entry.worker))
        ? `process ${entry.worker.pid} works on the disk ${entry.id} just now: let it end, or end it, then run the command again`
        : undefined;
}

function named(identity: Identity): string {
    return `"${nameOf(identity)}" of stack ${identity.project}/${identity.stack}`;
}
