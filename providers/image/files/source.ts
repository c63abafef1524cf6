import { stat } from "node:fs/promises";
import { homedir } from "node:os";
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
    const location = path.resolve(workingDirectory, withHome(file.source ?? ""));
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

/** `~/` is the user's own folder, as to linuxkit; a name for another user's is a name like any other. */
function withHome(source: string): string {
    return /^~\/./.test(source) ? path.join(process.env["HOME"] ?? homedir(), source.slice(2)) : source;
}
