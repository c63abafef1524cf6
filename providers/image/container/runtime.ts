import type { ContainerSpec } from "../../../sdk/assembly/spec";
import type { ContainerContext } from "./context";
import type { Json } from "./go-json";
import { ociMount, rootMounts } from "./mounts";

/** LinuxKit's `runtime.json`: what its init prepares around the container. Every key is always there. */
export function runtimeConfig(spec: ContainerSpec, context: ContainerContext): Json {
    const { cgroups, mounts, mkdir, interfaces, bindNS, namespace } = spec.runtime;
    return {
        cgroups,
        mounts: [...rootMounts(spec, context), ...mounts].map(ociMount),
        mkdir,
        interfaces: interfaces.map(({ name, add, peer, createInRoot }) => ({
            name: name || undefined,
            add: add || undefined,
            peer: peer || undefined,
            createInRoot,
        })),
        bindNS: {
            cgroup: bindNS.cgroup ?? "",
            ipc: bindNS.ipc ?? "",
            mnt: bindNS.mnt ?? "",
            net: bindNS.net ?? "",
            pid: bindNS.pid ?? "",
            user: bindNS.user ?? "",
            uts: bindNS.uts ?? "",
        },
        namespace,
    };
}
