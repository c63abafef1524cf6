/** How long things take and how much there may be; all times in milliseconds of the emulator's clock. */
export interface Settings {
    /** How long what was made just now is still not found. */
    readonly consistencyMs: number;
    readonly snapshotCompletionMs: number;
    readonly imageRegistrationMs: number;
    readonly imageCopyMs: number;
    /** From ImportSnapshot to the completed snapshot. */
    readonly importMs: number;
    /** From `pending` to `running`. */
    readonly instanceStartMs: number;
    /** From `stopping` to `stopped`, and from `shutting-down` to `terminated`. */
    readonly instanceStopMs: number;
    /** How long a terminated instance is still described. */
    readonly terminatedVisibleMs: number;
    /** From `running` to passed status checks. */
    readonly statusCheckMs: number;
    /** From `creating` to `available`, from `attaching` to `attached`, and so on. */
    readonly volumeMs: number;
    /** With guests switched off: whether a running instance's console says that it is ready. */
    readonly readyWithoutGuest: boolean;
    /** Requests are answered as fast as they come, or by AWS's published token buckets. */
    readonly throttling: boolean;
    /** Copies of snapshots that an account has under way to a region. */
    readonly snapshotCopies: number;
    /** Pending snapshots of an account in a region. */
    readonly pendingSnapshots: number;
    /** Instances of an account in a region that are not terminated. */
    readonly instances: number;
    readonly images: number;
}

export const DEFAULT_SETTINGS: Settings = {
    consistencyMs: 0,
    snapshotCompletionMs: 1_000,
    imageRegistrationMs: 0,
    imageCopyMs: 5_000,
    importMs: 10_000,
    instanceStartMs: 2_000,
    instanceStopMs: 2_000,
    terminatedVisibleMs: 3_600_000,
    statusCheckMs: 5_000,
    volumeMs: 500,
    readyWithoutGuest: false,
    throttling: false,
    snapshotCopies: 20,
    pendingSnapshots: 100,
    instances: 1_000,
    images: 50_000,
};

/** @throws Error that names what is no setting, or not of its type */
export function changeSettings(settings: Settings, changes: Readonly<Record<string, unknown>>): Settings {
    for (const [name, value] of Object.entries(changes)) {
        const known: unknown = (settings as unknown as Record<string, unknown>)[name];
        if (typeof value !== typeof known || (typeof value === "number" && !(value >= 0))) {
            throw new Error(
                `${name}: ${JSON.stringify(value)} is no setting; there are ${Object.keys(settings).join(", ")}`,
            );
        }
    }
    return { ...settings, ...changes };
}
