import type { ImportCalls } from "./import/calls";
import type { Query, ResourceCalls, Tags } from "../resource/calls";

/** The few calls of AWS that an image needs, in one account and region; tests hand in their own. */
export interface ImageCalls extends ResourceCalls, ImportCalls {
    /** Whether the account encrypts every new volume and snapshot. */
    encryptsByDefault(): Promise<boolean>;

    /** Answers with the id; a request that was answered before is answered alike. */
    startSnapshot(request: SnapshotRequest): Promise<string>;
    putBlock(block: BlockRequest, signal: AbortSignal): Promise<void>;
    /** @param checksum base64 SHA-256 of the digests of the blocks that were put, in their order */
    completeSnapshot(id: string, blocks: number, checksum: string): Promise<void>;
    /** The account's own snapshots, incomplete ones too. */
    snapshots(query: Query): Promise<readonly Snapshot[]>;
    deleteSnapshot(id: string): Promise<void>;

    registerImage(request: RegisterRequest): Promise<string>;
    /** Copies an image and its snapshot into this region; a request that was answered before is answered alike. */
    copyImage(request: CopyRequest): Promise<string>;
    /** The account's own images. */
    images(query: ImageQuery): Promise<readonly MachineImage[]>;
    /** ARNs of the account's own that refer to an image: instances, launch templates, parameters. */
    references(id: string): Promise<readonly string[]>;
    /** Answers with what became of its snapshots, by their ids; `undefined` leaves them. */
    deregisterImage(id: string, options: { readonly snapshots: boolean }): Promise<Readonly<Record<string, string>>>;
    describe(id: string, description: string): Promise<void>;
    launchPermissions(id: string): Promise<LaunchPermissions>;
    changeLaunchPermissions(id: string, add: LaunchPermissions, remove: LaunchPermissions): Promise<void>;
    /** @param at ISO 8601; undefined for never */
    deprecate(id: string, at: string | undefined): Promise<void>;
}

export interface ImageQuery extends Query {
    readonly name?: string;
}

export interface SnapshotRequest {
    /** At most 64 characters of ASCII. */
    readonly token: string;
    readonly sizeGiB: number;
    readonly description: string;
    readonly tags: Tags;
    /** Snapshot that it differs from by the blocks that are put; excludes `encrypted`. */
    readonly parent?: string;
    readonly encrypted?: true;
    readonly kmsKey?: string;
}

export interface BlockRequest {
    readonly snapshot: string;
    readonly index: number;
    /** Exactly 524288. */
    readonly bytes: Buffer;
    readonly sha256: Buffer;
}

export interface Snapshot {
    readonly id: string;
    /** `pending` until it is completed and for a while longer, `completed`, `error`. */
    readonly state: string;
    readonly reason?: string;
    readonly account: string;
    readonly sizeGiB: number;
    readonly encrypted: boolean;
    readonly kmsKey?: string;
    /** Milliseconds since 1970. */
    readonly started: number;
    readonly tags: Tags;
}

export interface RegisterRequest {
    readonly name: string;
    readonly description: string;
    readonly architecture: "x86_64" | "arm64";
    readonly bootMode: BootMode;
    readonly imdsSupport?: "v2.0";
    readonly tpmSupport?: "v2.0";
    readonly snapshot: string;
    readonly sizeGiB: number;
    readonly tags: Tags;
}

export interface CopyRequest {
    /** At most 64 characters of ASCII. */
    readonly token: string;
    readonly name: string;
    readonly description: string;
    readonly source: { readonly id: string; readonly region: string };
    readonly encrypted?: true;
    readonly kmsKey?: string;
    readonly tags: Tags;
    readonly snapshotTags: Tags;
}

export type BootMode = "legacy-bios" | "uefi" | "uefi-preferred";

export interface MachineImage {
    readonly id: string;
    readonly name: string;
    /** `pending`, `available`, `failed`, `disabled`... */
    readonly state: string;
    readonly reason?: string;
    readonly description: string;
    readonly architecture: string;
    readonly snapshots: readonly string[];
    /** Milliseconds since 1970. */
    readonly created: number;
    /** ISO 8601; absent: never. */
    readonly deprecateAt?: string;
    readonly tags: Tags;
}

/** Who may launch machines of an image beside its own account. */
export interface LaunchPermissions {
    /** Ids of accounts. */
    readonly accounts: readonly string[];
    /** ARNs. */
    readonly organizations: readonly string[];
    /** ARNs. */
    readonly organizationalUnits: readonly string[];
    readonly public: boolean;
}
