import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Blocks } from "./blocks.ts";
import { Clock } from "./clock.ts";
import type { Guests } from "./guests.ts";
import { NoGuests } from "./no-guests.ts";
import { ObjectFiles } from "./object-files.ts";
import type { Settings } from "./settings.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { Tables } from "./tables.ts";
import { emptyTables } from "./tables.ts";

interface Kept {
    readonly offsetMs: number;
    readonly scale: number;
    readonly settings: Settings;
    readonly tables: Record<string, readonly (readonly [string, unknown])[]>;
}

/** Everything that exists, in a folder: a restart goes on where the last call ended. */
export class World {
    readonly tables: Tables;
    readonly blocks: Blocks;
    readonly objects: ObjectFiles;
    readonly clock: Clock;
    settings: Settings;
    guests: Guests = new NoGuests(this);
    readonly #file: string;
    #writing: Promise<void> = Promise.resolve();
    /** One that has not begun: what changes until then is in it. */
    #next: Promise<void> | undefined;

    constructor(folder: string) {
        mkdirSync(folder, { recursive: true });
        this.#file = join(folder, "state.json");
        const kept = readKept(this.#file);
        this.settings = { ...DEFAULT_SETTINGS, ...kept?.settings };
        this.clock = new Clock(kept?.offsetMs, kept?.scale);
        this.tables = { ...emptyTables(), ...fromLists(kept?.tables ?? {}) };
        this.blocks = new Blocks(folder);
        this.objects = new ObjectFiles(folder, this.tables);
    }

    /**
     * Keeps what is there now, or a moment later: calls that wait at the same time share one writing.
     * @returns when it is on disk
     */
    save(): Promise<void> {
        this.#next ??= this.#writing.then(() => {
            this.#next = undefined;
            return this.#write();
        });
        this.#writing = this.#next.catch(() => {});
        return this.#next;
    }

    async #write(): Promise<void> {
        const tables = Object.fromEntries(Object.entries(this.tables).map(([name, table]) => [name, [...table]]));
        const kept: Kept = {
            offsetMs: this.clock.offsetMs(),
            scale: this.clock.scale,
            settings: this.settings,
            tables,
        };
        await writeFile(`${this.#file}.partial`, JSON.stringify(kept));
        await rename(`${this.#file}.partial`, this.#file);
    }
}

function readKept(file: string): Kept | undefined {
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : undefined;
}

function fromLists(tables: Kept["tables"]): Partial<Tables> {
    return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, new Map(rows)]));
}

/** An id in AWS's long form, such as `snap-0123456789abcdef0`. */
export function newId(prefix: string): string {
    return `${prefix}-0${randomBytes(8).toString("hex")}`;
}
