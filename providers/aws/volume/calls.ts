import type { Query, ResourceCalls, Tags } from "../resource/calls";
import type { AttachCalls, Volume } from "./attach-calls";
import type { VolumeKind } from "./kinds";

/** The few calls of AWS that a volume needs, in one account and region; tests hand in their own. */
export interface VolumeCalls extends ResourceCalls, Pick<AttachCalls, "holder"> {
    /** Answers with the id; a request that was answered before is answered alike. */
    createVolume(request: VolumeRequest): Promise<string>;
    /** The account's own volumes. */
    volumes(query: Query): Promise<readonly Volume[]>;
    modifyVolume(id: string, change: VolumeChange): Promise<void>;
    /** The last change of a volume; undefined when there was none, or none that AWS still knows. */
    modification(id: string): Promise<Modification | undefined>;
    deleteVolume(id: string): Promise<void>;
    createSnapshot(volume: string, description: string, tags: Tags): Promise<string>;
    /** The account's own snapshots of a volume. */
    snapshotsOf(volume: string): Promise<readonly VolumeSnapshot[]>;
    deleteSnapshot(id: string): Promise<void>;
}

export interface VolumeRequest extends VolumeKind {
    /** At most 64 characters of ASCII. */
    readonly token: string;
    readonly zone: string;
    /** Absent: the snapshot's. */
    readonly sizeGiB?: number;
    readonly snapshot?: string;
    readonly encrypted?: true;
    /** ARN. */
    readonly kmsKey?: string;
    readonly tags: Tags;
}

export interface VolumeChange extends VolumeKind {
    readonly sizeGiB: number;
}

export interface Modification {
    /** `modifying`; `optimizing` once the change counts; `completed`, `failed`. */
    readonly state: string;
    readonly reason?: string;
    /** Milliseconds since 1970. */
    readonly started: number;
}

export interface VolumeSnapshot {
    readonly id: string;
    /** `pending`, `completed`, `error`. */
    readonly state: string;
    readonly reason?: string;
    readonly tags: Tags;
}
