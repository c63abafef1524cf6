import type { Tags } from "../resource/calls";

/** The few calls of AWS that attaching needs, in one account and region; tests hand in their own. */
export interface AttachCalls {
    /** The account's own volumes of these ids; one that is not there is left out. */
    volumesById(ids: readonly string[]): Promise<readonly Volume[]>;
    /** An instance that has a volume; undefined when it is not there, or no more. */
    holder(instance: string): Promise<Holder | undefined>;
    attachVolume(volume: string, instance: string, device: string): Promise<void>;
    detachVolume(volume: string, instance: string): Promise<void>;
    /** Has its system shut down, as on a press of the power button. */
    stopInstance(instance: string): Promise<void>;
}

export interface Volume {
    readonly id: string;
    /** `creating`, `available`, `in-use`, `deleting`, `error`. */
    readonly state: string;
    readonly zone: string;
    readonly sizeGiB: number;
    readonly type: string;
    readonly iops?: number;
    /** In MiB/s. */
    readonly throughput?: number;
    readonly encrypted: boolean;
    /** ARN. */
    readonly kmsKey?: string;
    readonly snapshot?: string;
    /** Milliseconds since 1970. */
    readonly created: number;
    /** Instances that have it: one at most, but for volumes that were made to be shared. */
    readonly attachments: readonly Attachment[];
    readonly tags: Tags;
}

export interface Attachment {
    readonly instance: string;
    readonly device: string;
    /** `attaching`, `attached`, `detaching`, `busy` while the system still has it mounted. */
    readonly state: string;
}

/** An instance, as far as it is in the way. */
export interface Holder {
    readonly id: string;
    /** `pending`, `running`, `shutting-down`, `terminated`, `stopping`, `stopped`. */
    readonly state: string;
    readonly tags: Tags;
}
