import type { Readable } from "node:stream";
import type { Tags } from "../../resource/calls";

/** What an import of a disk through a bucket needs of S3 and EC2. */
export interface ImportCalls {
    /** Puts an object in parts, with a few of them in memory. */
    uploadObject(place: ObjectPlace, body: Readable, options: UploadOptions): Promise<void>;
    deleteObject(place: ObjectPlace): Promise<void>;
    /** Keys that begin with `prefix`, of objects. */
    objects(bucket: string, prefix: string): Promise<readonly string[]>;
    /** The same of objects whose parts are being uploaded. */
    unfinishedObjects(bucket: string, prefix: string): Promise<readonly UnfinishedObject[]>;
    abortObject(bucket: string, unfinished: UnfinishedObject): Promise<void>;

    /** Answers with the id of the task; a request that was answered before is answered alike. */
    importSnapshot(request: ImportRequest): Promise<string>;
    /** The account's own, those that ended too. */
    importTasks(): Promise<readonly ImportTask[]>;
    cancelImport(id: string): Promise<void>;
}

export interface ObjectPlace {
    readonly bucket: string;
    readonly key: string;
}

export interface UploadOptions {
    readonly sizeBytes: number;
    readonly signal: AbortSignal;
}

export interface UnfinishedObject {
    readonly key: string;
    readonly id: string;
}

export interface ImportRequest extends ObjectPlace {
    /** At most 64 characters of ASCII. */
    readonly token: string;
    readonly description: string;
    /** Of the role that AWS reads the bucket with. */
    readonly role?: string;
    readonly encrypted?: true;
    readonly kmsKey?: string;
    /** Of the task: the snapshot gets none. */
    readonly tags: Tags;
}

export interface ImportTask extends ObjectPlace {
    readonly id: string;
    /** `active`, `completed`, `deleting`, `deleted`. */
    readonly state: string;
    readonly reason?: string;
    /** Absent until it is completed. */
    readonly snapshot?: string;
    readonly tags: Tags;
}
