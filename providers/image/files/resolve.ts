import type { FilesSpec, ResolvedFiles } from "../../../sdk/assembly/spec";
import { hashFile } from "../folder";
import { findSource } from "./source";

/**
 * The hash of what each `source` holds; undefined where no file has one.
 * @throws LinuxKitError FilesSource where one cannot be read and is not optional
 */
export async function resolveFiles(spec: FilesSpec, workingDirectory: string): Promise<ResolvedFiles | undefined> {
    const sourced = Object.entries(spec.files).filter(([, file]) => file.source !== undefined);
    const digests = await Promise.all(
        sourced.map(async ([name, file]): Promise<[string, string][]> => {
            const found = await findSource(name, file, workingDirectory);
            return found === undefined ? [] : [[name, (await hashFile(found.location)).digest("hex")]];
        }),
    );
    return sourced.length === 0 ? undefined : { type: "files", digests: Object.fromEntries(digests.flat()) };
}
