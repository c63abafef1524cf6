/** What a build reaches outside itself through; tests hand in their own. */
export interface BuildEnvironment {
    /** Root of the content-addressed store. */
    readonly storeDirectory: string;
    readonly fetch: typeof globalThis.fetch;
    /** Debian mirrors configured outside the declaration; see `findMirrors`. */
    readonly mirrors: Mirrors;
    /** How registries of images are reached, see `findRegistries`; absent: without mirrors, credentials and certificates. */
    readonly registries?: RegistrySettings;
    readonly now: () => Date;
    readonly progress: Progress;
    readonly signal: AbortSignal;
    /** Worker threads for codecs. */
    readonly workers: number;
    /** Directory that relative paths of a declaration start from. */
    readonly workingDirectory: string;
}

/** Base URLs, without trailing slash; absent when nothing configures one. */
export interface Mirrors {
    readonly main?: string;
    readonly security?: string;
    /** Mirrors of image registries, in the form that `findRegistries` takes. */
    readonly registries?: string;
}

export interface RegistrySettings {
    /** By a registry's name in references ("docker.io"): base URLs that are asked before it, in order. */
    readonly mirrors: Readonly<Record<string, readonly string[]>>;
    /** Folder of Docker's config.json. */
    readonly dockerDirectory?: string;
    /** Folders that hold a folder for each registry ("registry.example:5000") with the certificates to trust there. */
    readonly certificateDirectories: readonly string[];
    /** Environment of credential helpers. */
    readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One line of what is going on; `fraction` from 0 to 1 where it is known. */
export type Progress = (event: { readonly message: string; readonly fraction?: number }) => void;
