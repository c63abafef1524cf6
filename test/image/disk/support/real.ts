import { defaultStoreDirectory, resolveComponents } from "../../../../providers/image";
import { findMirrors, resolveDebian } from "../../../../providers/image/debian";
import { type DiskFormat, type LoaderFiles, loaderPackages, openLoaders } from "../../../../providers/image/disk";
import type { BuildEnvironment } from "../../../../providers/image/environment";
import { resolveLoaders, writeFormat } from "../../../../providers/image/formats";
import { Assembly, debian } from "../../../../sdk";
import { normalizeAssembly } from "../../../../sdk/assembly/normalize";
import type { Architecture, DebianSource } from "../../../../sdk/assembly/spec";

/** The store that every build of this user shares, and this machine's mirrors. */
export async function realEnvironment(): Promise<BuildEnvironment> {
    return {
        storeDirectory: defaultStoreDirectory(process.env),
        fetch: globalThis.fetch,
        mirrors: await findMirrors({ environment: process.env }),
        now: () => new Date(),
        progress: () => undefined,
        signal: new AbortController().signal,
        workers: 1,
        workingDirectory: __dirname,
    };
}

/** A format's loaders out of Debian's archive. */
export async function realLoaders(
    format: DiskFormat,
    architecture: Architecture,
    env: BuildEnvironment,
    suite = "trixie",
): Promise<LoaderFiles> {
    const source: DebianSource = {
        type: "debian",
        packages: loaderPackages(format, architecture),
        role: "rootfs",
        suite,
        repositories: [],
        update: "recorded",
        documentation: false,
    };
    const resolved = await resolveDebian(source, architecture, undefined, env);
    return openLoaders(format, architecture, source, resolved, env);
}

/** Debian's kernel and the base in a format of one file, written as `build` and `ImageFile` do. */
export async function writeReal(
    file: string,
    format: string,
    architecture: Architecture,
    kernel = debian.kernel(),
): Promise<void> {
    const env = await realEnvironment();
    const { components, order } = new Assembly({ architecture, kernel, init: [debian.base()] });
    const { spec } = normalizeAssembly({ architecture, components, order });
    if (spec === undefined) {
        throw new Error("the assembly is not valid");
    }
    const plan = { ...(await resolveComponents(spec, undefined, env)), format: 1, compression: "fast" } as const;
    const loaders = await resolveLoaders({ plan, format }, undefined, env);
    await writeFormat({ plan, format, spdx: false, ...(loaders && { loaders }) }, () => file, env);
}
