/** What a build reaches outside itself through; tests hand in their own. */
export interface BuildEnvironment {
    /** Root of the content-addressed store. */
    readonly storeDirectory: string;
    readonly fetch: typeof globalThis.fetch;
    /** Debian mirrors configured outside the declaration; see `findMirrors`. */
    readonly mirrors: Mirrors;
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
}

/** One line of what is going on; `fraction` from 0 to 1 where it is known. */
export type Progress = (event: { readonly message: string; readonly fraction?: number }) => void;
