import { stat } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { FileSpec } from "../../../sdk/assembly/spec";

export interface FoundSource {
    readonly location: string;
    readonly sizeBytes: number;
}

/**
 * The file of this machine that `source` means; undefined where it is optional and missing.
 * @throws LinuxKitError FilesSource
 */
export async function findSource(
    name: string,
    file: FileSpec,
    workingDirectory: string,
): Promise<FoundSource | undefined> {
    const location = path.resolve(workingDirectory, file.source ?? "");
    const status = await stat(location).catch(() => undefined);
    if (status?.isFile() === true) {
        return { location, sizeBytes: status.size };
    }
    if (file.optional && status === undefined) {
        return undefined;
    }
    throw new LinuxKitError("FilesSource", `files["${name}"].source: ${file.source} is no file that can be read`, {
        path: name,
        source: file.source,
    });
}
