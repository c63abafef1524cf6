/**
 * The normalized form of an assembly: plain JSON data, every default filled in.
 * It is what a resource's inputs hold, what a plan is hashed from and what the builder reads.
 */

/** CPU architecture, in the names of Go, OCI and Debian. */
export type Architecture = "amd64" | "arm64";

/** `kernel`, `init.<name>`, `onboot.<name>`, `onshutdown.<name>`, `services.<name>`, `volumes.<name>` or `files`. */
export type ComponentKey = string;

/** A whole assembly, keyed by component so that a difference names the component; `order` keeps what a record cannot. */
export interface AssemblySpec {
    readonly architecture: Architecture;
    readonly components: Readonly<Record<ComponentKey, ComponentSpec>>;
    readonly order: readonly ComponentKey[];
}

export type ComponentSpec = KernelSpec | InitSpec | ContainerSpec | VolumeSpec | FilesSpec;

/** Where a component's root filesystem comes from, with what it was resolved to. */
export interface Sourced {
    readonly source: SourceSpec;
    /** Filled in by resolution; kept while `source` is the same. */
    readonly resolved?: Resolved;
}

export interface KernelSpec extends Sourced {
    readonly kind: "kernel";
    /** Kernel command line, without the `console=` argument that a target adds. */
    readonly cmdline: string;
    /** Of an image alone: path of the kernel in it, no leading slash. */
    readonly binary?: string;
    /** Of an image alone: path of the tar that is laid out at `/`, or "none". */
    readonly tar?: string;
    /** Of an image alone: path of a cpio with microcode. */
    readonly ucode?: string;
}

export interface InitSpec extends Sourced {
    readonly kind: "init";
}

export interface VolumeSpec {
    readonly kind: "volume";
    readonly name: string;
    readonly source?: SourceSpec;
    readonly resolved?: Resolved;
    readonly readonly: boolean;
    /** `oci`: the image as an OCI layout, for a container engine on the machine. */
    readonly format: "filesystem" | "oci";
    /** With the format `oci`: "linux/amd64"; absent: every platform of the image. */
    readonly platforms?: readonly string[];
}

/** Files written over everything else, keyed by absolute path. */
export interface FilesSpec {
    readonly kind: "files";
    readonly files: Readonly<Record<string, FileSpec>>;
    /** Filled in by resolution where a file has a `source`. */
    readonly resolved?: ResolvedFiles;
}

/** LinuxKit's `files` entry: exactly one of contents, source, symlink, directory or metadata. */
export interface FileSpec {
    readonly contents?: string;
    /** `base64` when `contents` is base64 of bytes. */
    readonly encoding: "utf8" | "base64";
    readonly source?: string;
    readonly symlink?: string;
    readonly directory: boolean;
    readonly metadata?: "json" | "yaml";
    readonly optional: boolean;
    /** Octal, four digits: "0644". */
    readonly mode: string;
    readonly uid: number | string;
    readonly gid: number | string;
}

export type SourceSpec = DebianSource | FolderSource | BuiltinSource | OciSource;

/** Which archive, and which of its packages. */
export interface DebianSource {
    readonly type: "debian";
    readonly packages: readonly string[];
    /** `kernel` keeps vmlinuz and the modules of `families`; `base` adds this project's init; `rootfs` is packages alone. */
    readonly role: "kernel" | "base" | "rootfs";
    readonly suite: string;
    /** Further own repositories, each with its own key. */
    readonly repositories: readonly DebianRepository[];
    /** Base URL of the mirror; absent: taken from configuration, environment or the machine's apt sources. */
    readonly mirror?: string;
    readonly securityMirror?: string;
    readonly update: "recorded" | "always";
    /** Documentation, man pages, locales and gconv modules too. */
    readonly documentation: boolean;
    /** Kernel only: machine families whose modules are kept ("qemu", "aws", "gcp", "azure", ...), and single modules. */
    readonly families?: readonly string[];
    readonly modules?: readonly string[];
    /** Packages only: what this package lays over them ("persistent-disk"). */
    readonly component?: string;
    /** Base only. */
    readonly runtime?: "crun" | "runc" | "containerd";
    readonly getty?: boolean;
}

export interface DebianRepository {
    readonly url: string;
    readonly suite: string;
    readonly components: readonly string[];
    /** ASCII-armoured OpenPGP public key(s) that sign its InRelease. */
    readonly key: string;
}

export interface FolderSource {
    readonly type: "folder";
    /** Relative to the program's directory, or absolute. */
    readonly path: string;
}

/** A component that ships with this package ("dhcp", "private-network"). */
export interface BuiltinSource {
    readonly type: "builtin";
    readonly name: string;
}

/** An image in OCI's or Docker's form. */
export interface OciSource {
    readonly type: "oci";
    readonly from: "registry" | "layout" | "archive";
    /**
     * registry: the full reference, "docker.io/library/redis:7-alpine" or with "@sha256:<hex>"; layout and archive: name of
     * the image inside, "" for the only one.
     */
    readonly reference: string;
    /** layout: a folder or a tar of one; archive: what `docker save` writes. Relative to the program's folder, or absolute. */
    readonly path?: string;
    readonly update: "recorded" | "always";
}

export type Resolved = ResolvedDebian | ResolvedFolder | ResolvedBuiltin | ResolvedFiles | ResolvedOci;

export interface ResolvedDebian {
    readonly type: "debian";
    /** SHA-256 over the canonical source this was resolved from; another one means: resolve anew. */
    readonly declaration: string;
    /** By package name, so that a difference names the package. */
    readonly packages: Readonly<Record<string, ResolvedPackage>>;
    /** SHA-256 over what this project adds: to a `base` its init's files, to packages a component's, to a `kernel` the choice of modules. */
    readonly own?: string;
}

export interface ResolvedPackage {
    readonly version: string;
    readonly architecture: string;
    /** `Filename` of the index, relative to the repository. */
    readonly path: string;
    /** `main`, `security`, or `repository-<n>`. */
    readonly repository: string;
    readonly sha256: string;
    readonly sizeBytes: number;
}

export interface ResolvedFolder {
    readonly type: "folder";
    /** SHA-256 over names, types, modes and contents. */
    readonly digest: string;
}

export interface ResolvedBuiltin {
    readonly type: "builtin";
    readonly digest: string;
}

export interface ResolvedOci {
    readonly type: "oci";
    /** SHA-256 over the canonical source (and platform) this was resolved from. */
    readonly declaration: string;
    /** Digest of the platform's manifest: "sha256:<hex>". */
    readonly digest: string;
}

export interface ResolvedFiles {
    readonly type: "files";
    /** Hex SHA-256 of what each `source` holds, by the file's path; an optional one that is missing has none. */
    readonly digests: Readonly<Record<string, string>>;
}

/** An onboot, onshutdown or services container: LinuxKit's keys, and this project's lifecycle keys. */
export interface ContainerSpec extends Sourced {
    readonly kind: "onboot" | "onshutdown" | "service";
    readonly name: string;
    readonly command?: readonly string[];
    readonly env?: readonly string[];
    readonly cwd?: string;
    readonly capabilities: readonly string[];
    readonly ambient: readonly string[];
    readonly mounts: readonly MountSpec[];
    readonly binds: readonly string[];
    readonly devices: readonly DeviceSpec[];
    readonly tmpfs: readonly string[];
    readonly net: string;
    readonly pid: string;
    readonly ipc: string;
    readonly uts: string;
    readonly userns: string;
    readonly readonly: boolean;
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
    readonly uid: number | string;
    readonly gid: number | string;
    readonly additionalGids: readonly (number | string)[];
    readonly noNewPrivileges: boolean;
    readonly hostname: string;
    readonly oomScoreAdj: number;
    readonly rootfsPropagation: string;
    readonly cgroupsPath: string;
    readonly resources: ResourcesSpec;
    readonly sysctl: Readonly<Record<string, string>>;
    readonly rlimits: readonly string[];
    readonly uidMappings: readonly IdMappingSpec[];
    readonly gidMappings: readonly IdMappingSpec[];
    readonly annotations: Readonly<Record<string, string>>;
    readonly runtime: RuntimeSpec;
    readonly seccomp: "default" | "unconfined";
    readonly lifecycle: LifecycleSpec;
    /**
     * Of an image alone, whose label and configuration stand in for what the program leaves open: the keys that the program
     * gave, sorted, those of `runtime` one by one ("runtime.mkdir").
     */
    readonly given?: readonly string[];
    /** Of an image alone: added to what the image's label says. */
    readonly "capabilities.add"?: readonly string[];
    /** Of an image alone: added to what the image's label says. */
    readonly "binds.add"?: readonly string[];
}

/** What upstream has no keys for; read by `debian.base()`. */
export interface LifecycleSpec {
    readonly restart: "always" | "on-failure" | "never";
    /** Names of services that must be ready first. */
    readonly dependsOn: readonly string[];
    readonly healthcheck?: HealthcheckSpec;
    readonly stopTimeoutSeconds: number;
}

export interface HealthcheckSpec {
    /** Port of a TCP connect to 127.0.0.1. */
    readonly tcp?: number;
    /** URL of a GET that must answer 2xx. */
    readonly http?: string;
    /** Command run inside the container that must exit 0. */
    readonly command?: readonly string[];
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly retries: number;
}

export interface MountSpec {
    readonly type: string;
    readonly source: string;
    readonly destination: string;
    readonly options: readonly string[];
    readonly uidMappings?: readonly IdMappingSpec[];
    readonly gidMappings?: readonly IdMappingSpec[];
}

export interface DeviceSpec {
    readonly path: string;
    readonly type: "a" | "b" | "c" | "u" | "p";
    readonly major: number;
    readonly minor: number;
    readonly mode: string;
}

export interface IdMappingSpec {
    readonly containerID: number;
    readonly hostID: number;
    readonly size: number;
}

/** OCI runtime spec `linux.resources`. */
export interface ResourcesSpec {
    readonly devices?: readonly DeviceRuleSpec[];
    readonly memory?: {
        readonly limit?: number;
        readonly reservation?: number;
        readonly swap?: number;
        readonly kernel?: number;
        readonly kernelTCP?: number;
        readonly swappiness?: number;
        readonly disableOOMKiller?: boolean;
    };
    readonly cpu?: {
        readonly shares?: number;
        readonly quota?: number;
        readonly period?: number;
        readonly realtimeRuntime?: number;
        readonly realtimePeriod?: number;
        readonly cpus?: string;
        readonly mems?: string;
    };
    readonly pids?: { readonly limit: number };
    readonly blockIO?: BlockIOSpec;
    readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[];
    readonly network?: {
        readonly classID?: number;
        readonly priorities?: readonly { readonly name: string; readonly priority: number }[];
    };
    readonly unified?: Readonly<Record<string, string>>;
}

export interface DeviceRuleSpec {
    readonly allow: boolean;
    readonly type?: "a" | "b" | "c";
    readonly major?: number;
    readonly minor?: number;
    readonly access?: string;
}

export interface BlockIOSpec {
    readonly weight?: number;
    readonly leafWeight?: number;
    readonly weightDevice?: readonly {
        readonly major: number;
        readonly minor: number;
        readonly weight?: number;
        readonly leafWeight?: number;
    }[];
    readonly throttleReadBpsDevice?: readonly ThrottleSpec[];
    readonly throttleWriteBpsDevice?: readonly ThrottleSpec[];
    readonly throttleReadIOPSDevice?: readonly ThrottleSpec[];
    readonly throttleWriteIOPSDevice?: readonly ThrottleSpec[];
}

/** A limit on one block device, a second. */
export interface ThrottleSpec {
    readonly major: number;
    readonly minor: number;
    readonly rate: number;
}

/** LinuxKit's `runtime` section. */
export interface RuntimeSpec {
    readonly cgroups: readonly string[];
    readonly mounts: readonly MountSpec[];
    readonly mkdir: readonly string[];
    readonly interfaces: readonly {
        readonly name: string;
        readonly add: string;
        readonly peer: string;
        readonly createInRoot: boolean;
    }[];
    readonly bindNS: {
        readonly cgroup?: string;
        readonly ipc?: string;
        readonly mnt?: string;
        readonly net?: string;
        readonly pid?: string;
        readonly user?: string;
        readonly uts?: string;
    };
    readonly namespace: string;
}
