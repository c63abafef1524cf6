import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Identity } from "../../lifecycle/handler";
import { isAlive, type ProcessIdentity } from "../../lifecycle/process";
import type { Port, Protocol } from "../settings";
import { sameIdentity } from "./entry";
import { createFile, readJson, replaceFile } from "./files";
import { namesIn } from "./journal";

/** A host port that `check` has given to a machine which may not exist yet. */
export interface Reservation {
    readonly identity: Identity;
    readonly port: Port;
    /** The provider process that checked. Others respect the reservation while it lives; its own machine finds it later too. */
    readonly holder: ProcessIdentity;
}

/** How long a preview's port waits for its `up`. */
const keptMilliseconds = 600_000;

/** `ports/tcp-6379.json`, each made in one step, so that of two processes one gets the port. */
export class Reservations {
    readonly #directory: string;
    #swept: Promise<void> | undefined;
    /** By path: what the first look found, and what this process has changed since. A look costs a file for each machine. */
    #known: Promise<Map<string, Reservation>> | undefined;
    /** The checks of one process run at once, and would take over the same dead reservation. */
    #last: Promise<unknown> = Promise.resolve();

    constructor(
        stateDirectory: string,
        private readonly self: ProcessIdentity,
    ) {
        this.#directory = join(stateDirectory, "ports");
    }

    /** False when another machine, checked by a process that lives, has it. */
    reserve(identity: Identity, port: Port): Promise<boolean> {
        const turn = this.#last.then(() => this.#reserve(identity, port));
        this.#last = turn.catch(() => {});
        return turn;
    }

    async #reserve(identity: Identity, port: Port): Promise<boolean> {
        const path = this.#file(port.protocol, port.host);
        const reservation: Reservation = { identity, port, holder: this.self };
        const content = JSON.stringify(reservation);
        for (;;) {
            if (await createFile(path, content)) {
                (await this.#look()).set(path, reservation);
                return true;
            }
            const held = await readJson<Reservation>(path);
            if (held === undefined) {
                continue;
            }
            if (sameIdentity(held.identity, identity) || !(await isAlive(held.holder))) {
                await replaceFile(path, content);
                (await this.#look()).set(path, reservation);
                return true;
            }
            return false;
        }
    }

    async of(identity: Identity): Promise<readonly Reservation[]> {
        return (await this.all()).filter((reservation) => sameIdentity(reservation.identity, identity));
    }

    /** Gives back a machine's ports, less those that this process checked for its successor when `keepOwn` is set. */
    async release(identity: Identity, options: { readonly keepOwn: boolean }): Promise<void> {
        for (const { port, holder } of await this.of(identity)) {
            const own = holder.pid === this.self.pid && holder.startTime === this.self.startTime;
            if (!(own && options.keepOwn)) {
                await this.#remove(port);
            }
        }
    }

    /** Takes away what previews left that nothing followed; once a process is enough. */
    sweep(): Promise<void> {
        this.#swept ??= this.#sweep();
        return this.#swept;
    }

    async #sweep(): Promise<void> {
        for (const { port, holder } of await this.all()) {
            const path = this.#file(port.protocol, port.host);
            const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
            if (age > keptMilliseconds && !(await isAlive(holder))) {
                await this.#remove(port);
            }
        }
    }

    async #remove({ protocol, host }: Port): Promise<void> {
        const path = this.#file(protocol, host);
        await rm(path, { force: true });
        (await this.#look()).delete(path);
    }

    async all(): Promise<readonly Reservation[]> {
        return [...(await this.#look()).values()];
    }

    #look(): Promise<Map<string, Reservation>> {
        this.#known ??= this.#read();
        return this.#known;
    }

    async #read(): Promise<Map<string, Reservation>> {
        const names = (await namesIn(this.#directory)).filter((name) => name.endsWith(".json"));
        const paths = names.map((name) => join(this.#directory, name));
        const found = await Promise.all(paths.map((path) => readJson<Reservation>(path)));
        return new Map(
            paths.flatMap((path, index) => {
                const reservation = found[index];
                return reservation === undefined ? [] : [[path, reservation] as const];
            }),
        );
    }

    #file(protocol: Protocol, host: number): string {
        return join(this.#directory, `${protocol}-${host}.json`);
    }
}
