import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Identity } from "../../lifecycle/handler";
import { sameIdentity } from "../journal/entry";
import { readJson, replaceFile } from "../journal/files";
import { idsIn, sweepDrafts } from "../journal/journal";
import type { DiskFormat } from "../settings";
import type { DiskEntry } from "./entry";
import { diskPath, disksFolder as folder } from "./path";

/** File of a disk, relative to the directory of a machine's QEMU. */
export function fileFromMachine({ id, format }: Pick<DiskEntry, "id" | "format">): string {
    return join("..", "..", folder, `${id}.${format}`);
}

/**
 * The disks of this host: `disks/<id>.json` and, beside it, the disk's own file `disks/<id>.raw` or `<id>.qcow2`. The entry
 * goes after that, so that whoever finds none has no data to take away.
 */
export class DiskJournal {
    constructor(readonly stateDirectory: string) {}

    /** The disk's own file. */
    file(disk: { readonly id: string; readonly format: DiskFormat }): string {
        return diskPath(this.stateDirectory, disk);
    }

    /** Folder of the claims of those that adopt it. */
    claims(id: string): string {
        return join(this.stateDirectory, folder, `${id}.claims`);
    }

    async find(id: string): Promise<DiskEntry | undefined> {
        return readJson<DiskEntry>(this.#entry(id));
    }

    async list(): Promise<readonly DiskEntry[]> {
        const entries = await Promise.all((await idsIn(join(this.stateDirectory, folder))).map((id) => this.find(id)));
        return entries.filter((entry) => entry !== undefined);
    }

    async of(identity: Identity): Promise<readonly DiskEntry[]> {
        return (await this.list()).filter((entry) => sameIdentity(entry.identity, identity));
    }

    async write(entry: DiskEntry): Promise<DiskEntry> {
        await replaceFile(this.#entry(entry.id), JSON.stringify(entry, undefined, 4));
        return entry;
    }

    /** Takes away a disk's data and its entry. */
    async remove(disk: Pick<DiskEntry, "id" | "format">): Promise<void> {
        const file = this.file(disk);
        await rm(draftOf(file), { force: true });
        await rm(file, { force: true });
        await rm(this.#entry(disk.id), { force: true });
        await rm(this.claims(disk.id), { recursive: true, force: true, maxRetries: 3 });
        await sweepDrafts(join(this.stateDirectory, folder));
    }

    #entry(id: string): string {
        return join(this.stateDirectory, folder, `${id}.json`);
    }
}

/** Where a disk's file stands until it is whole. */
export function draftOf(file: string): string {
    return `${file}.new`;
}
