import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";

import { writeAtomically } from "../../../image/store/atomic";
import { ResourceJournal } from "../../resource/journal";
import type { AskedImport } from "../import/upload";
import type { CopyRequest, RegisterRequest, SnapshotRequest } from "../calls";
import { type BlockDigests, type BlockLog, openBlockLog, readManifest, writeManifest } from "./blocks";

/** What this machine knows of an upload that it began; written before each call that makes something. */
export interface Upload {
    readonly version: 1;
    /** Its label: whose it is. */
    readonly identity: string;
    readonly account: string;
    readonly region: string;
    /** Its `pending` label: who works on it. */
    readonly pending: string;
    /** What was asked for, the token too: asked again it gives the same snapshot. */
    readonly request: SnapshotRequest;
    /** Absent between the request and its answer. */
    readonly snapshot?: string;
    /** Whether AWS was told that all blocks are there. */
    readonly completing?: true;
    /** The image that was asked for. */
    readonly register?: RegisterRequest;
}

/**
 * The uploads of this machine, below the store: `<identity>-<token>.json` with `.blocks` beside it while one is going on,
 * `<snapshot>.blocks` for what a finished one holds. All of it can be deleted at any moment: then blocks are sent again.
 */
export class UploadStore {
    /** Copies that this machine asked AWS for. */
    readonly copies: ResourceJournal<CopyRequest>;
    /** Imports through a bucket. */
    readonly imports: ResourceJournal<AskedImport["request"]>;
    /** Ids of the images and snapshots that this process has finished. */
    readonly made = new Set<string>();

    constructor(readonly directory: string) {
        this.copies = new ResourceJournal(path.join(directory, "copies"));
        this.imports = new ResourceJournal(path.join(directory, "imports"));
    }

    async uploads(of: Pick<Upload, "identity" | "account" | "region">): Promise<readonly Upload[]> {
        const names = await readdir(this.directory).catch(() => []);
        const own = names.filter((name) => name.startsWith(`${of.identity}-`) && name.endsWith(".json"));
        const found = await Promise.all(own.map((name) => readUpload(path.join(this.directory, name))));
        return found.filter(
            (upload) => upload !== undefined && upload.account === of.account && upload.region === of.region,
        ) as Upload[];
    }

    async write(upload: Upload): Promise<Upload> {
        await writeAtomically(this.#file(upload, "json"), (file) => file.writeFile(JSON.stringify(upload)));
        return upload;
    }

    log(upload: Upload): Promise<BlockLog> {
        return openBlockLog(this.#file(upload, "blocks"));
    }

    async remove(upload: Upload): Promise<void> {
        await rm(this.#file(upload, "blocks"), { force: true });
        await rm(this.#file(upload, "json"), { force: true });
    }

    /** What a snapshot holds, the blocks of those before it too; undefined when this machine does not know. */
    async manifest(snapshot: string): Promise<BlockDigests | undefined> {
        return readManifest(this.#manifest(snapshot));
    }

    async writeManifest(snapshot: string, digests: BlockDigests): Promise<void> {
        await writeManifest(this.#manifest(snapshot), digests);
    }

    async removeManifest(snapshot: string): Promise<void> {
        await rm(this.#manifest(snapshot), { force: true });
    }

    /** That the deletion of an image began: should it be cut off, what state says of the image is no longer so. */
    async markDeletion(image: string): Promise<void> {
        await writeAtomically(this.#deletion(image), (file) => file.writeFile(""));
    }

    async isDeleting(image: string): Promise<boolean> {
        return (await stat(this.#deletion(image)).catch(() => undefined)) !== undefined;
    }

    async unmarkDeletion(image: string): Promise<void> {
        await rm(this.#deletion(image), { force: true });
    }

    #deletion(image: string): string {
        return path.join(this.directory, `${safely(image)}.deleting`);
    }

    #file({ identity, request }: Upload, suffix: string): string {
        return path.join(this.directory, `${identity}-${request.token}.${suffix}`);
    }

    #manifest(snapshot: string): string {
        return path.join(this.directory, `${safely(snapshot)}.blocks`);
    }
}

function safely(id: string): string {
    if (!/^[a-z0-9-]+$/.test(id)) {
        throw new Error(`${id} is not an id`);
    }
    return id;
}

async function readUpload(file: string): Promise<Upload | undefined> {
    try {
        const upload = JSON.parse(await readFile(file, "utf8")) as Omit<Upload, "version"> & {
            readonly version: number;
        };
        return upload.version === 1 ? { ...upload, version: 1 } : undefined;
    } catch {
        return undefined;
    }
}
