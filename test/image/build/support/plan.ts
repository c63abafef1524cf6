import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { resolveComponents } from "../../../../providers/image";
import type { BuildEnvironment } from "../../../../providers/image/environment";
import type { ImagePlan } from "../../../../providers/image/plan";
import type {
    AssemblySpec,
    ComponentSpec,
    ContainerSpec,
    DebianSource,
    FileSpec,
    FilesSpec,
    KernelSpec,
    ResolvedDebian,
} from "../../../../sdk/assembly/spec";
import { containerSpec } from "../../container/spec";
import { type Deb, type FakePackage, makeDeb } from "../../debian/support/make-deb";

export function environment(folder: string, changes: Partial<BuildEnvironment> = {}): BuildEnvironment {
    return {
        storeDirectory: path.join(folder, "store"),
        fetch: () => Promise.reject(new Error("these tests need no network")),
        mirrors: {},
        now: () => new Date(0),
        progress: () => undefined,
        signal: new AbortController().signal,
        workers: 2,
        workingDirectory: folder,
        ...changes,
    };
}

/** Puts a package that holds a kernel of nothing but a header into the store, and gives the component that means it. */
export function fakeKernel(storeDirectory: string, config = "CONFIG_RD_ZSTD=y\n"): KernelSpec {
    const vmlinuz = Buffer.alloc(4096);
    vmlinuz.write("HdrS", 0x202);
    const folders = ["boot", "usr", "usr/lib", "usr/lib/modules", "usr/lib/modules/6.1"];
    const deb = makeDeb({
        name: "linux-image",
        version: "6.1",
        files: [
            ...folders.map((name) => ({ name: `./${name}/`, type: "5", mode: 0o755 })),
            { name: "./boot/vmlinuz-6.1", body: vmlinuz },
            { name: "./boot/config-6.1", body: config },
            { name: "./usr/lib/modules/6.1/modules.builtin", body: "" },
        ],
    });
    const { source, resolved } = stored(storeDirectory, deb);
    return {
        kind: "kernel",
        cmdline: "quiet",
        source: { ...source, role: "kernel", families: [], modules: [] },
        resolved,
    };
}

/** Puts a package into the store, and gives the source that means it. */
export function storedDeb(
    storeDirectory: string,
    fake: Omit<FakePackage, "version">,
): { readonly source: DebianSource; readonly resolved: ResolvedDebian } {
    return stored(storeDirectory, makeDeb({ version: "1.0", ...fake }));
}

function stored(storeDirectory: string, deb: Deb): { source: DebianSource; resolved: ResolvedDebian } {
    const blobs = path.join(storeDirectory, "blobs", "sha256");
    mkdirSync(blobs, { recursive: true });
    writeFileSync(path.join(blobs, deb.sha256), deb.bytes);
    const { name, version } = deb.package;
    const record = { version, architecture: "amd64", path: deb.path, repository: "main" };
    return {
        source: {
            type: "debian",
            packages: [name],
            role: "rootfs",
            suite: "trixie",
            repositories: [],
            update: "recorded",
            documentation: false,
        },
        resolved: {
            type: "debian",
            declaration: "",
            packages: { [name]: { ...record, sha256: deb.sha256, sizeBytes: deb.bytes.length } },
        },
    };
}

/** A folder of the tests, with a file or more of the given texts. */
export function writeFolder(root: string, contents: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, text] of Object.entries(contents)) {
        const file = path.join(root, name);
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
        writeFileSync(file, text, { mode: 0o644 });
    }
}

export function service(name: string, changes: Parameters<typeof containerSpec>[0] = {}): ContainerSpec {
    return containerSpec({ name, source: { type: "folder", path: name }, command: ["/run"], ...changes });
}

export function files(given: Readonly<Record<string, Partial<FileSpec>>>): FilesSpec {
    const defaults = { encoding: "utf8", directory: false, optional: false, mode: "0600", uid: 0, gid: 0 } as const;
    const full = Object.entries(given).map(([name, file]) => [name, { ...defaults, ...file }]);
    return { kind: "files", files: Object.fromEntries(full) as FilesSpec["files"] };
}

export function assembly(components: Readonly<Record<string, ComponentSpec>>): AssemblySpec {
    return { architecture: "amd64", components, order: Object.keys(components) };
}

/** Resolves all but the kernel, whose package no archive has. */
export async function planned(
    spec: AssemblySpec,
    env: BuildEnvironment,
    compression: ImagePlan["compression"] = "fast",
): Promise<ImagePlan> {
    const { kernel, ...rest } = spec.components;
    const { components } = await resolveComponents({ ...spec, components: rest }, undefined, env);
    return {
        ...spec,
        components: kernel === undefined ? components : { kernel, ...components },
        format: 1,
        compression,
    };
}

/** The usual assembly: an init with accounts, one service, a file. Writes its folders into the environment's. */
export function usual(env: BuildEnvironment, changes: Readonly<Record<string, ComponentSpec>> = {}): AssemblySpec {
    writeFolder(env.workingDirectory, {
        "base/sbin/init": "#!/bin/sh\n",
        "base/etc/passwd": "root:x:0:0::/:\nwww:x:33:33::/:\n",
        "base/etc/group": "root:x:0:\nwww:x:34:\n",
        "web/run": "#!/bin/sh\necho web\n",
    });
    return assembly({
        kernel: fakeKernel(env.storeDirectory),
        "init.base": { kind: "init", source: { type: "folder", path: "base" } },
        "services.web": service("web"),
        files: files({ "/etc/motd": { contents: "hello", mode: "0644", uid: "www", gid: "www" } }),
        ...changes,
    });
}
