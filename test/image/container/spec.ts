import type { ContainerContext } from "../../../providers/image/container";
import type { ContainerSpec, LifecycleSpec, RuntimeSpec } from "../../../sdk/assembly/spec";

/** Normalized, with every default of LinuxKit. */
export function containerSpec(
    given: Partial<Omit<ContainerSpec, "lifecycle" | "runtime">> & {
        lifecycle?: Partial<LifecycleSpec>;
        runtime?: Partial<RuntimeSpec>;
    } = {},
): ContainerSpec {
    const { lifecycle, runtime, ...rest } = given;
    return {
        kind: "service",
        name: "web",
        source: { type: "folder", path: "web" },
        capabilities: [],
        ambient: [],
        mounts: [],
        binds: [],
        devices: [],
        tmpfs: [],
        net: "",
        pid: "",
        ipc: "",
        uts: "",
        userns: "",
        readonly: false,
        maskedPaths: [],
        readonlyPaths: [],
        uid: 0,
        gid: 0,
        additionalGids: [],
        noNewPrivileges: false,
        hostname: "",
        oomScoreAdj: 0,
        rootfsPropagation: "",
        cgroupsPath: "",
        resources: {},
        sysctl: {},
        rlimits: [],
        uidMappings: [],
        gidMappings: [],
        annotations: {},
        seccomp: "unconfined",
        ...rest,
        runtime: { cgroups: [], mounts: [], mkdir: [], interfaces: [], bindNS: {}, namespace: "", ...runtime },
        lifecycle: { restart: "always", dependsOn: [], stopTimeoutSeconds: 5, ...lifecycle },
    };
}

export function containerContext(given: Partial<ContainerContext> = {}): ContainerContext {
    return {
        directory: "containers/services/web",
        architecture: "amd64",
        users: {},
        groups: {},
        volumes: [],
        readonlyVolumes: [],
        ...given,
    };
}
