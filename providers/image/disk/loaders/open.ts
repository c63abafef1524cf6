import type { Architecture, DebianSource, ResolvedDebian } from "../../../../sdk/assembly/spec";
import type { BuildEnvironment } from "../../environment";
import type { LoaderFiles } from "./files";
import { loaderFilesOf, type LoaderFormat, packageOf } from "./table";
import { unpackedFiles } from "./unpacked";

/**
 * The loader files of a format out of its resolved packages (`loaderPackages`): downloaded when first asked for, and held
 * to the resolution's hashes. Each package is read once.
 */
export function openLoaders(
    format: LoaderFormat,
    architecture: Architecture,
    source: DebianSource,
    resolved: ResolvedDebian,
    env: BuildEnvironment,
): LoaderFiles {
    const names = loaderFilesOf(format, architecture);
    const packages = new Map<string, Promise<ReadonlyMap<string, Buffer>>>();
    const open = (name: string): Promise<ReadonlyMap<string, Buffer>> => {
        const paths = names.filter((file) => packageOf(file) === name).map((file) => pathIn(file));
        const files = packages.get(name) ?? unpackedFiles(name, paths, source, resolved, env);
        packages.set(name, files);
        return files;
    };
    return {
        async read(name) {
            const bytes = (await open(packageOf(name))).get(pathIn(name));
            if (bytes === undefined) {
                throw new Error(`${name} is no loader file of ${format}`);
            }
            return bytes;
        },
    };
}

function pathIn(name: string): string {
    return name.slice(packageOf(name).length + 1);
}
