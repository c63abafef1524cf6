import { LinuxKitError } from "../../../sdk/assembly/error";
import { failure, holdsUnknown } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { isAlive } from "../../lifecycle/process";
import type { Steps } from "../../lifecycle/steps";
import { nameOf, sameIdentity } from "../journal/entry";
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

/** Marks a disk as one that is being adopted; `former` is its entry as it was. */
export async function claimAdopted(
    environment: DiskEnvironment,
    steps: Steps,
    id: string,
    inputs: Properties,
): Promise<{ readonly entry: DiskEntry; readonly former: DiskEntry }> {
    const { journal, self: worker } = environment;
    const settings = readDisk(inputs);
    const { identity, sizeBytes } = settings;
    const former = await steps.run("see that the disk is free", async () => {
        const found = await find(environment, settings, id, inputs["size"] as string);
        if ("problem" in found) {
            throw refusal(id, found.problem);
        }
        const reason = await heldReason(environment, settings, found.entry);
        if (reason !== undefined) {
            throw refusal(id, failure("adopt.id", reason));
        }
        return found.entry;
    });
    const entry = await steps.run("record the attempt", () =>
        journal.write({ ...former, identity, sizeBytes, worker, attempt: "adopt" }),
    );
    return { entry, former };
}

function refusal(id: string, { property, reason }: CheckFailure): LinuxKitError {
    return new LinuxKitError("disk-not-adopted", `${property}: ${reason}`, { id });
}

/** Its entry, when its file is there and of that format, and no larger than is declared. */
async function find(
    { journal }: DiskEnvironment,
    { format, sizeBytes }: DiskSettings,
    id: string,
    size: string,
): Promise<Found> {
    const entry = await journal.find(id);
    const bytes = entry && (await diskSize({ path: journal.file(entry), format: entry.format }));
    if (entry === undefined || bytes === undefined || entry.attempt === "create" || entry.attempt === "delete") {
        const reason = `this user has no disk ${id} on this host: \`npx pulumi-linuxkit gc\` lists those that are left of a stack; without adopt an empty disk is made`;
        return { problem: failure("adopt.id", reason) };
    }
    if (entry.format !== format) {
        const reason = `the disk ${id} is of format ${entry.format}: declare format: "${entry.format}"`;
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
