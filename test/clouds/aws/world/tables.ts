import type {
    ArchitectureValues,
    BlockDeviceMapping,
    BootModeValues,
    HttpTokensState,
    ImdsSupportValues,
    InstanceMetadataEndpointState,
    InstanceMetadataTagsState,
    PlacementStrategy,
    Tenancy,
    TpmSupportValues,
    VirtualizationType,
    VolumeType,
} from "@aws-sdk/client-ec2";

/** What every resource has. Times are milliseconds of the emulator's clock. */
export interface Resource {
    readonly id: string;
    readonly account: string;
    readonly region: string;
    readonly createdAt: number;
    /** When everyone can see it: until then it is not found. */
    readonly visibleAt: number;
    tags: Record<string, string>;
}

export interface Snapshot extends Resource {
    readonly volumeId: string;
    readonly volumeSize: number;
    readonly description: string;
    readonly parent?: string;
    /** The first snapshot of the line: changed blocks are told within a line only. */
    readonly lineage: string;
    /** The snapshot that it is a copy of. */
    readonly copiedFrom?: string;
    readonly kmsKeyArn?: string;
    readonly timeoutMs: number;
    lastActivityAt: number;
    /** From then on it is completed; absent while blocks may be written. */
    completesAt?: number;
    /** Accounts, or `all`, that may make volumes of it. */
    sharedWith: string[];
}

export interface Image extends Resource {
    readonly name: string;
    description: string;
    readonly architecture: ArchitectureValues;
    readonly virtualizationType: VirtualizationType;
    readonly rootDeviceName: string | undefined;
    readonly mappings: readonly BlockDeviceMapping[];
    readonly enaSupport: boolean;
    readonly sriovNetSupport: string | undefined;
    readonly bootMode: BootModeValues | undefined;
    readonly tpmSupport: TpmSupportValues | undefined;
    imdsSupport: ImdsSupportValues | undefined;
    readonly availableAt: number;
    readonly source?: { readonly id: string; readonly region: string };
    /** Its source went while it was copied. */
    failed?: boolean;
    sharedWith: string[];
    deprecationTime?: number;
    disabled: boolean;
    protection: "disabled" | "enabled-without-cooldown" | "enabled-with-cooldown";
    /** Until when a lifted protection with a cooldown still protects. */
    protectedUntil?: number;
    /** Deregistered: kept, since instances may name it and its id must not come back. */
    deregisteredAt?: number;
}

export interface Instance extends Resource {
    readonly imageId: string;
    readonly reservationId: string;
    readonly launchIndex: number;
    readonly clientToken: string | undefined;
    /** What it was last told; it takes until `settlesAt`. */
    phase: "starting" | "stopping" | "terminating";
    settlesAt: number;
    /** Of the last start. */
    launchedAt: number;
    /** Code and message of why it is not running. */
    reason?: { readonly code: string; readonly message: string };
    /** How often it was told to reboot. */
    reboots?: number;
    instanceType: string;
    readonly architecture: ArchitectureValues;
    readonly rootDeviceName: string;
    readonly enaSupport: boolean;
    readonly bootMode: BootModeValues | undefined;
    readonly imdsSupport: ImdsSupportValues | undefined;
    readonly zone: string;
    readonly tenancy: Tenancy;
    readonly subnetId: string;
    readonly networkInterfaceId: string;
    readonly keyName: string | undefined;
    readonly profileArn: string | undefined;
    readonly spot: boolean;
    /** Of the spot request that it came of. */
    readonly spotRequestId?: string;
    /** Name of the placement group. */
    readonly placementGroup?: string;
    /** Base64, as it was given. */
    userData: string | undefined;
    ebsOptimized: boolean;
    disableApiTermination: boolean;
    disableApiStop: boolean;
    shutdownBehavior: "stop" | "terminate";
    metadata: MetadataOptions;
}

/** An instance's metadata options, all of them. */
export interface MetadataOptions {
    readonly tokens: HttpTokensState;
    readonly endpoint: InstanceMetadataEndpointState;
    readonly hopLimit: number;
    readonly tags: InstanceMetadataTagsState;
}

export interface Volume extends Resource {
    sizeGib: number;
    kind: { readonly VolumeType: VolumeType; readonly Iops?: number; readonly Throughput?: number };
    readonly zone: string;
    readonly snapshotId: string | undefined;
    readonly kmsKeyArn?: string;
    readonly availableAt: number;
    attachment?: Attachment;
    /** The last one. */
    modification?: {
        readonly from: { readonly sizeGib: number } & Volume["kind"];
        readonly at: number;
        readonly doneAt: number;
    };
}

export interface Attachment {
    readonly instanceId: string;
    readonly device: string;
    readonly since: number;
    deleteOnTermination: boolean;
    /** When attaching is done. */
    readonly attachedAt: number;
    /** When a detachment that was asked for is done. */
    detachedAt?: number;
}

export interface NetworkInterface extends Resource {
    readonly subnetId: string;
    readonly zone: string;
    readonly privateIp: string;
    /** Whether it has a public address while its instance runs. */
    readonly isPublic: boolean;
    publicIp?: string;
    groups: string[];
    readonly description: string;
    /** Absent where its instance is gone and it is not. */
    instanceId?: string;
    readonly deleteOnTermination: boolean;
}

export interface SecurityGroup extends Resource {
    readonly name: string;
    readonly description: string;
}

/** A one-time request of RunInstances: it ends with its instance. */
export interface SpotRequest extends Resource {
    readonly instanceId: string;
    readonly instanceType: string;
    readonly maxPrice: string | undefined;
    cancelledAt?: number;
    /** When its instance had ended. */
    closedAt?: number;
}

export interface PlacementGroup extends Resource {
    readonly name: string;
    readonly strategy: PlacementStrategy;
    readonly partitions: number | undefined;
}

/** A bucket's id is its name, which is one in all accounts. */
export type Bucket = Resource;

/** Its id is `bucket/key`. */
export interface StoredObject extends Resource {
    readonly bucket: string;
    readonly key: string;
    readonly etag: string;
    readonly files: readonly StoredFile[];
    readonly contentType: string;
    readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredFile {
    readonly name: string;
    readonly size: number;
}

export interface MultipartUpload extends Resource {
    readonly bucket: string;
    readonly key: string;
    readonly contentType: string;
    readonly metadata: Readonly<Record<string, string>>;
    readonly parts: Record<number, StoredFile & { readonly md5: string; readonly at: number }>;
}

/** An import of a disk out of a bucket; its blocks are held under its own id until it ends. */
export interface ImportTask extends Resource {
    readonly description: string;
    readonly diskDescription: string | undefined;
    readonly bucket: string;
    readonly key: string;
    readonly etag: string;
    readonly sizeBytes: number;
    readonly kmsKeyArn?: string;
    /** Of the snapshot that it makes. */
    readonly snapshotId: string;
    readonly completesAt: number;
    /** Whether the snapshot is there. */
    completed: boolean;
    /** Why it ended without one. */
    failure?: string;
}

/** A role of IAM, as far as services take it. */
export interface Role {
    readonly id: string;
    readonly account: string;
    readonly name: string;
}

/** An answer to be given again to a request with the same client token. */
export interface Replay {
    readonly id: string;
    /** With dates as freeze() leaves them. */
    readonly request: unknown;
    readonly at: number;
    readonly answer: unknown;
}

/** Settings of an account in a region. */
export interface RegionSettings {
    readonly id: string;
    encryptionByDefault: boolean;
}

export interface Tables {
    readonly snapshots: Map<string, Snapshot>;
    readonly images: Map<string, Image>;
    readonly instances: Map<string, Instance>;
    readonly volumes: Map<string, Volume>;
    readonly networkInterfaces: Map<string, NetworkInterface>;
    readonly securityGroups: Map<string, SecurityGroup>;
    readonly spotRequests: Map<string, SpotRequest>;
    readonly placementGroups: Map<string, PlacementGroup>;
    readonly buckets: Map<string, Bucket>;
    readonly objects: Map<string, StoredObject>;
    readonly uploads: Map<string, MultipartUpload>;
    readonly roles: Map<string, Role>;
    readonly importTasks: Map<string, ImportTask>;
    readonly replays: Map<string, Replay>;
    readonly regions: Map<string, RegionSettings>;
}

export function emptyTables(): Tables {
    return {
        snapshots: new Map(),
        images: new Map(),
        instances: new Map(),
        volumes: new Map(),
        networkInterfaces: new Map(),
        securityGroups: new Map(),
        spotRequests: new Map(),
        placementGroups: new Map(),
        buckets: new Map(),
        objects: new Map(),
        uploads: new Map(),
        roles: new Map(),
        importTasks: new Map(),
        replays: new Map(),
        regions: new Map(),
    };
}
