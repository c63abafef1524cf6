import type { DebianSource, ResolvedDebian } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { collectBytes } from "../tree/content";
import { fetchPackages } from "./fetch-packages";
import { storedData } from "./stored";

/**
 * Single files of one resolved package, by path; the packages that it depends on are neither downloaded nor read.
 * @throws LinuxKitError DebianFiles, DebianVanished, DebianPackage
 */
export async function packageFiles(
    name: string,
    paths: readonly string[],
    source: DebianSource,
    resolved: ResolvedDebian,
    env: BuildEnvironment,
): Promise<ReadonlyMap<string, Buffer>> {
    const record = resolved.packages[name];
    if (record === undefined) {
        throw missing(name, paths, "it is not among the resolved packages");
    }
    await fetchPackages(source, { ...resolved, packages: { [name]: record } }, env);
    const files = new Map<string, Buffer>();
    for await (const entry of storedData(name, record, env)) {
        if (entry.type === "file" && paths.includes(entry.path)) {
            files.set(entry.path, await collectBytes(entry.content));
        }
    }
    const absent = paths.filter((path) => !files.has(path));
    if (absent.length > 0) {
        throw missing(`${name} ${record.version}`, absent, "the package does not hold it");
    }
    return files;
}

function missing(name: string, paths: readonly string[], reason: string): LinuxKitError {
    return new LinuxKitError("DebianFiles", `/${paths.join(", /")} of ${name} cannot be read: ${reason}.`, {
        package: name,
        paths,
        reason,
    });
}
