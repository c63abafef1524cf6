import path from "node:path";

import { parseBytes } from "../../../sdk/assembly/units";
import { type FormatRequest, formatOf } from "../../image/formats";
import type { Artifact } from "../../image/plan";
import type { Properties } from "../../lifecycle/handler";
import { type ImageDeclaration, plannedImage } from "../declaration";
import { type RecordedResolution, readResolution } from "../recorded";

/** The inputs of a file, as `check` has let them through. */
export interface FileSettings {
    readonly image: ImageDeclaration;
    readonly format: string;
    /** Of the file, or what the names of several begin with; relative to the program's folder, or absolute. */
    readonly path: string;
    readonly size?: string | undefined;
    readonly spdx: boolean;
    readonly loaders?: RecordedResolution | undefined;
}

export function readSettings(inputs: Properties): FileSettings {
    const { image, format, path: given, size, spdx, loaders } = inputs as unknown as FileSettings;
    return {
        image,
        format,
        path: given,
        spdx,
        ...(size === undefined ? {} : { size }),
        ...(loaders === undefined ? {} : { loaders }),
    };
}

export function requestOf({ image, format, size, spdx, loaders }: FileSettings): FormatRequest {
    const resolved = loaders === undefined ? undefined : readResolution(loaders);
    return {
        plan: plannedImage(image),
        format,
        spdx,
        ...(size === undefined ? {} : { sizeBytes: parseBytes(size) }),
        ...(resolved?.type === "debian" ? { loaders: resolved } : {}),
    };
}

/** A file as state holds it. */
export interface FileRecord extends Artifact {
    /** As the program gave it, with what the format appends. */
    readonly path: string;
}

export type FileRecords = Readonly<Record<string, FileRecord>>;

/** What was written, by the format's parts. */
export function writtenIn(outs: Properties): FileRecords {
    return (outs["written"] ?? {}) as FileRecords;
}

/** What was there when it was last looked at. */
export function foundIn(outs: Properties): FileRecords {
    return (outs["files"] ?? {}) as FileRecords;
}

/** The path of each of a format's parts: one file stands at the path itself, several begin with it. */
export function pathsOf({ image, format, path: given }: FileSettings): Readonly<Record<string, string>> {
    const { files } = formatOf(format, image.architecture);
    const parts = Object.entries(files);
    return Object.fromEntries(parts.map(([part, suffix]) => [part, parts.length === 1 ? given : given + suffix]));
}

/** Where a path of the program leads on this machine. */
export function locate(given: string, workingDirectory: string): string {
    return path.resolve(workingDirectory, given);
}
