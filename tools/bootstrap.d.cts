interface Lock {
    readonly packages: Readonly<Record<string, { version?: string; integrity?: string; optional?: boolean }>>;
}

export declare function installedAsLocked(lock: Lock | undefined, installed: Lock | undefined): boolean;
