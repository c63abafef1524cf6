import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Identity } from "../../lifecycle/handler";
import { publishNames } from "../network/names";
import { type MachineEntry, sameIdentity } from "./entry";
import { draftPrefix, makeDirectory, readJson, replaceFile } from "./files";

/**
 * The machines of this host: `machines/<id>.json` and, beside it, the directory `machines/<id>` with what QEMU writes
 * (console.log, qemu.log, pid, qmp). The file goes last, so that whoever finds none has nothing to take away.
 */
export class Journal {
    #last: Promise<unknown> = Promise.resolve();

    constructor(readonly stateDirectory: string) {}

    /** Working directory of the machine's QEMU. */
    directory(id: string): string {
        return join(this.stateDirectory, "machines", id);
    }

    async find(id: string): Promise<MachineEntry | undefined> {
        return readJson<MachineEntry>(this.#file(id));
    }

    async list(): Promise<readonly MachineEntry[]> {
        const ids = await idsIn(join(this.stateDirectory, "machines"));
        const entries = await Promise.all(ids.map((id) => this.find(id)));
        return entries.filter((entry) => entry !== undefined);
    }

    async of(identity: Identity): Promise<readonly MachineEntry[]> {
        return (await this.list()).filter((entry) => sameIdentity(entry.identity, identity));
    }

    /** The machines that a disk is attached to. */
    async withDisk(id: string): Promise<readonly MachineEntry[]> {
        return (await this.list()).filter(({ disks = [] }) => disks.some((disk) => disk.id === id));
    }

    async write(entry: MachineEntry): Promise<MachineEntry> {
        const former = await this.find(entry.id);
        await replaceFile(this.#file(entry.id), JSON.stringify(entry, undefined, 4));
        await this.#publish(former, entry);
        return entry;
    }

    async makeDirectory(id: string): Promise<void> {
        await makeDirectory(this.directory(id));
    }

    async remove(id: string): Promise<void> {
        const former = await this.find(id);
        await this.#inTurn(async () => {
            await rm(this.directory(id), { recursive: true, force: true });
            await rm(this.#file(id), { force: true });
        });
        await this.#publish(former);
        await this.#sweepDrafts();
    }

    /** Tells everybody on a machine's networks, those it was on included. */
    async #publish(...entries: readonly (MachineEntry | undefined)[]): Promise<void> {
        const groups = new Set(entries.flatMap((entry) => entry?.networks ?? []).map(({ group }) => group));
        if (groups.size > 0) {
            await this.#inTurn(() => publishNames(this, groups));
        }
    }

    /** Names are never written into the directory of a machine that is being removed. */
    #inTurn(work: () => Promise<void>): Promise<void> {
        const turn = this.#last.then(work);
        this.#last = turn.catch(() => {});
        return turn;
    }

    #file(id: string): string {
        return join(this.stateDirectory, "machines", `${id}.json`);
    }

    async #sweepDrafts(): Promise<void> {
        for (const folder of ["machines", "ports"]) {
            await sweepDrafts(join(this.stateDirectory, folder));
        }
    }
}

const draftMilliseconds = 60_000;

export async function sweepDrafts(directory: string): Promise<void> {
    for (const name of (await namesIn(directory)).filter((candidate) => candidate.startsWith(draftPrefix))) {
        const path = join(directory, name);
        const found = await stat(path).catch(() => undefined);
        if (found !== undefined && (isOrphan(name) || Date.now() - found.mtimeMs > draftMilliseconds)) {
            await rm(path, { force: true });
        }
    }
}

/** A draft's name begins with the pid of its writer; another process may have that number by now, hence the age. */
function isOrphan(name: string): boolean {
    try {
        process.kill(Number.parseInt(name.slice(draftPrefix.length), 10), 0);
        return false;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ESRCH";
    }
}

/** Ids of the entries `<id>.json`. */
export async function idsIn(directory: string): Promise<readonly string[]> {
    const names = await namesIn(directory);
    return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
}

export async function namesIn(directory: string): Promise<readonly string[]> {
    try {
        return await readdir(directory);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return [];
        }
        throw error;
    }
}
