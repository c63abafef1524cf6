import type { AssemblyArgs } from "../assembly-args";
import { capabilityNames } from "../data/capabilities";
import type { AssemblySpec, ComponentSpec, ContainerSpec, FileSpec, FilesSpec, SourceSpec } from "../spec";

type Raw = Readonly<Record<string, unknown>>;

/** A program's arguments for a normalized assembly: what differs from the defaults, or was given beside an image's label. */
export function declaredOf({ architecture, components, order }: AssemblySpec): AssemblyArgs {
    const sections: Record<string, unknown[]> = { init: [] };
    let kernel: unknown;
    for (const key of order) {
        const component = components[key];
        if (component?.kind === "kernel") {
            kernel = kernelArgs(component);
        } else if (component !== undefined) {
            const [section = ""] = key.split(".", 1);
            (sections[section] ??= []).push(...argsOf(key.slice(section.length + 1), component));
        }
    }
    return { architecture, kernel, ...sections } as unknown as AssemblyArgs;
}

function argsOf(name: string, component: Exclude<ComponentSpec, { kind: "kernel" }>): readonly unknown[] {
    switch (component.kind) {
        case "init":
            return [{ name, image: sourceArgs(component.source) }];
        case "volume": {
            const { source, format, readonly, platforms } = component;
            const image = source === undefined ? {} : { image: sourceArgs(source) };
            return [
                {
                    name,
                    ...image,
                    ...unusual({ readonly, format, platforms }, { readonly: false, format: "filesystem" }),
                },
            ];
        }
        case "files":
            return filesArgs(component);
        case "onboot":
        case "onshutdown":
        case "service":
            return [containerArgs(component)];
    }
}

/** What differs from the usual. */
function unusual(values: Raw, usual: Raw): Raw {
    const text = (value: unknown): string => JSON.stringify([value]);
    return Object.fromEntries(
        Object.entries(values).filter(([key, value]) => value !== undefined && text(value) !== text(usual[key])),
    );
}

function kernelArgs({ source, cmdline, binary, tar, ucode }: Extract<ComponentSpec, { kind: "kernel" }>): Raw {
    const usual = { cmdline: "", binary: "kernel", tar: "kernel.tar" };
    return { image: sourceArgs(source), ...unusual({ cmdline, binary, tar, ucode }, usual) };
}

const usualContainer: Raw = {
    capabilities: [],
    ambient: [],
    mounts: [],
    binds: [],
    devices: [],
    tmpfs: [],
    net: "host",
    pid: "new",
    ipc: "host",
    uts: "host",
    userns: "host",
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
    runtime: { cgroups: [], mounts: [], mkdir: [], interfaces: [], bindNS: {}, namespace: "" },
    seccomp: "unconfined",
};

function containerArgs(container: ContainerSpec): Raw {
    const { kind, name, source, resolved: _, lifecycle, given = [], runtime, command, ...fields } = container;
    const own = source.type === "builtin" ? builtinArgs(source.name, command) : { image: sourceArgs(source), command };
    const plain: Raw = { ...fields, capabilities: named(fields.capabilities), ambient: named(fields.ambient) };
    const said = Object.fromEntries(Object.entries(plain).filter(([key]) => given.includes(key)));
    const runtimeSaid = Object.entries(runtime).filter(([key]) => given.includes(`runtime.${key}`));
    const ownRuntime = {
        ...unusual({ ...runtime }, usualContainer["runtime"] as Raw),
        ...Object.fromEntries(runtimeSaid),
    };
    return {
        name,
        ...own,
        ...unusual(plain, usualContainer),
        ...said,
        ...(Object.keys(ownRuntime).length === 0 ? {} : { runtime: ownRuntime }),
        ...(kind === "service" ? lifecycleArgs(lifecycle) : {}),
    };
}

/** A component that ships with this package is told its options by its command. */
function builtinArgs(name: string, command: readonly string[] = []): Raw {
    const renew = command[1] === "--renew";
    const [program, interface_, address, gateway = "", ...nameservers] = renew ? command.toSpliced(1, 1) : command;
    const type = "builtin";
    if (program !== `/${name}`) {
        return { image: { type, name }, command };
    }
    const options = unusual(
        { interface: interface_, renew, address, gateway, nameservers },
        { renew: false, gateway: "", nameservers: [] },
    );
    return { image: { type, name, ...options } };
}

/** Every capability is "all", whatever the kernel of the day calls them. */
function named(capabilities: readonly string[]): readonly string[] {
    return capabilities.length === capabilityNames.length ? ["all"] : capabilities;
}

function lifecycleArgs({ restart, dependsOn, healthcheck, stopTimeoutSeconds }: ContainerSpec["lifecycle"]): Raw {
    const { intervalSeconds, timeoutSeconds, ...check } = healthcheck ?? { intervalSeconds: 1, timeoutSeconds: 2 };
    const times = { interval: durationOf(intervalSeconds), timeout: durationOf(timeoutSeconds) };
    const stopTimeout = durationOf(stopTimeoutSeconds);
    return {
        ...unusual({ restart, dependsOn, stopTimeout }, { restart: "always", dependsOn: [], stopTimeout: "5s" }),
        ...(healthcheck === undefined
            ? {}
            : { healthcheck: unusual({ ...check, ...times }, { interval: "1s", timeout: "2s", retries: 60 }) }),
    };
}

function durationOf(seconds: number): string {
    return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}

function filesArgs({ files }: FilesSpec): readonly Raw[] {
    return Object.entries(files).map(([path, file]) => {
        const usual = { encoding: "utf8", directory: false, optional: false, mode: usualMode(file), uid: 0, gid: 0 };
        return { path, ...unusual({ ...file }, usual) };
    });
}

function usualMode({ directory, symlink }: FileSpec): string {
    return symlink === undefined ? (directory ? "0700" : "0600") : "0777";
}

/** Sources as a program writes them: what normalization derives is left out. */
function sourceArgs(source: SourceSpec): unknown {
    if (source.type === "oci") {
        const { reference, path, from, update } = source;
        const isPlain = from === "registry" && update === "recorded";
        return isPlain
            ? reference
            : { type: "oci", from, ...(from === "registry" ? { reference, update } : { path, reference }) };
    }
    if (source.type !== "debian") {
        return source;
    }
    const { type, role, packages, families, ...rest } = source;
    const usual = {
        suite: "trixie",
        repositories: [],
        update: "recorded",
        documentation: false,
        modules: [],
        runtime: "crun",
        getty: false,
    };
    const own = role === "rootfs" ? { packages } : unusual({ families }, { families: ["qemu"] });
    return { type, role, ...own, ...unusual(rest, usual) };
}
