import type { Resolved, ResolvedDebian } from "../../../sdk/assembly/spec";
import type { BuildEnvironment, Mirrors } from "../../image/environment";
import type { FormatRequest } from "../../image/formats";
import type { Artifact } from "../../image/plan";
import type { DraftFolders } from "./draft-folders";

/** What a file's handler reaches outside itself through; tests hand in their own. */
export interface ImageFileEffects {
    readonly environment: (mirrors: Mirrors) => Promise<BuildEnvironment>;
    /** The packages of a format's loader, those that were recorded where they still serve; undefined where it has none. */
    readonly resolveLoaders: (
        request: FormatRequest,
        recorded: Resolved | undefined,
        environment: BuildEnvironment,
    ) => Promise<ResolvedDebian | undefined>;
    readonly write: (
        request: FormatRequest,
        fileOf: (part: string) => string,
        environment: BuildEnvironment,
    ) => Promise<Readonly<Record<string, Artifact>>>;
    readonly draftFolders: Pick<DraftFolders, "remember" | "sweep">;
    /** Runs what must come to its end before the process leaves. */
    readonly operation: <T>(task: () => Promise<T>) => Promise<T>;
    readonly note: (line: string) => void;
    readonly newId: () => string;
}
