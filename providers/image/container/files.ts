import type { ContainerSpec } from "../../../sdk/assembly/spec";
import { withBuiltinDefaults } from "../base";
import type { ContainerContext } from "./context";
import { goJson, nonEmpty, sortedMap, type Json } from "./go-json";
import { ociLinux } from "./linux";
import { containerMounts, ociMount } from "./mounts";
import { ociProcess } from "./process";
import { runtimeConfig } from "./runtime";
import { needsHook, serviceScript } from "./service";

/** A file of a container, beside its root filesystem. */
export interface ContainerFile {
    /** Relative to the image's root: `containers/services/redis/config.json`. */
    readonly path: string;
    readonly contents: string;
    readonly mode: number;
}

/**
 * Everything a container has in the image beside its root filesystem: `config.json` for crun and runc,
 * `runtime.json` for upstream's init, `service.sh` for this project's.
 * @throws LinuxKitError `unknown-id` for a uid or gid whose name nobody has, `nul-in-text`
 */
export function containerFiles(declared: ContainerSpec, context: ContainerContext): readonly ContainerFile[] {
    const spec = withBuiltinDefaults(declared);
    const file = (name: string, contents: string) => ({ path: `${context.directory}/${name}`, contents, mode: 0o644 });
    return [
        file("config.json", goJson(ociConfig(spec, context))),
        file("runtime.json", goJson(runtimeConfig(spec, context))),
        file("service.sh", serviceScript(spec, context)),
        ...(needsHook(spec) ? [file("hooked/config.json", goJson(hookedConfig(spec, context)))] : []),
    ];
}

/** The OCI runtime specification, with the fields in the order of specs-go, as LinuxKit writes it. */
function ociConfig(spec: ContainerSpec, context: ContainerContext): { readonly [key: string]: Json | undefined } {
    return {
        ociVersion: "1.2.1",
        process: ociProcess(spec, context),
        root: { path: "rootfs", readonly: spec.readonly || undefined },
        hostname: spec.hostname || undefined,
        mounts: nonEmpty(containerMounts(spec, context).map(ociMount)),
        annotations: sortedMap(spec.annotations),
        linux: ociLinux(spec, context),
    };
}

/**
 * A second bundle for containers with interfaces or bound namespaces, which come between create and start.
 * Only a hook lets `run` do that and still carry the program's exit code; config.json stays as LinuxKit's.
 * crun discards what a hook says, unless an annotation names a file for it.
 */
function hookedConfig(spec: ContainerSpec, context: ContainerContext): Json {
    const hook = { path: "/usr/lib/linuxkit/hook", args: ["hook", `/${context.directory}`] };
    return {
        ...ociConfig(spec, context),
        root: { path: "../rootfs", readonly: spec.readonly || undefined },
        annotations: sortedMap({ "run.oci.hooks.stderr": "/dev/stderr", ...spec.annotations }),
        hooks: { createRuntime: [hook] },
    };
}
