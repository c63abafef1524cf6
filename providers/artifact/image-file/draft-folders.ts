import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { makeFolder } from "../../image/store/make-folder";
import { sweepFolder } from "./drafts";

/**
 * The folders of this host in which files are being written, so that a draft whose writer was killed is found by whoever
 * comes next, even where its resource has never been in state.
 */
export class DraftFolders {
    readonly #directory: string;

    /** @param stateDirectory of this user on this host */
    constructor(stateDirectory: string) {
        this.#directory = path.join(stateDirectory, "drafts");
    }

    /** To be called once the drafts stand there too: a folder without any is forgotten. */
    async remember(folder: string): Promise<void> {
        await makeFolder(this.#directory, 0o700);
        await writeFile(this.#fileOf(folder), folder, { mode: 0o600 });
    }

    /** Removes every draft whose writer is dead. */
    async sweep(): Promise<void> {
        for (const name of await readdir(this.#directory).catch(() => [])) {
            const folder = await readFile(path.join(this.#directory, name), "utf8").catch(() => "");
            const isOurs = folder !== "" && this.#fileOf(folder) === path.join(this.#directory, name);
            if (isOurs && (await sweepFolder(folder)) === 0) {
                await rm(path.join(this.#directory, name), { force: true });
            }
        }
    }

    #fileOf(folder: string): string {
        return path.join(this.#directory, createHash("sha256").update(folder).digest("hex"));
    }
}
