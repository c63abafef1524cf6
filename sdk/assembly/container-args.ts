import type { Input } from "@pulumi/pulumi";
import type { Capability } from "./data/capabilities";
import type { InputList, InputRecord } from "./inputs";
import type { ResourcesArgs } from "./resources-args";
import type { RuntimeArgs } from "./runtime-args";
import type { ContainerSource } from "./source-args";
import type { Duration } from "./units";

/**
 * A container of `onboot` or `onshutdown`, in LinuxKit's keys. An image may bring values of its own in its label
 * `org.mobyproject.config`: they stand in for keys that are left out here, before the defaults do.
 */
export interface ContainerArgs {
    /**
     * Name within the section, at most 76 characters. A service's is letters and digits, joined by one `_`, `.` or `-`
     * each, as containerd has it; in `onboot` and `onshutdown` it is letters, digits, `_`, `.`, `+` and `-`. LinuxKit's
     * `name`.
     */
    readonly name: string;
    /** What its root filesystem is made from. LinuxKit's `image`. */
    readonly image: ContainerSource;
    /**
     * Program and arguments. LinuxKit's `command`.
     * @default what an image, `dhcp()` and `staticAddress()` bring; packages and folders have none, so they need it
     */
    readonly command?: InputList<string>;
    /**
     * Environment, each entry "NAME=value". LinuxKit's `env`.
     * @default what an image brings; else ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], whose PATH is
     * also put before a list without one
     */
    readonly env?: InputList<string>;
    /**
     * Working directory in the container. LinuxKit's `cwd`.
     * @default what an image brings, else "/"
     */
    readonly cwd?: Input<string>;
    /**
     * Capabilities of Linux it holds; the single entry "all" means every one. LinuxKit's `capabilities`.
     * @default none
     */
    readonly capabilities?: InputList<Capability | "all" | "none">;
    /**
     * Capabilities beside those of the image's label. LinuxKit's `capabilities.add`.
     * @default none
     */
    readonly "capabilities.add"?: InputList<Capability>;
    /**
     * Capabilities that a program without root's rights keeps; "all" means every one. LinuxKit's `ambient`.
     * @default none
     */
    readonly ambient?: InputList<Capability | "all" | "none">;
    /**
     * Mounts in full form; one at a default's destination replaces it. LinuxKit's `mounts`.
     * @default none beside /proc, /dev, /dev/pts, /sys and /sys/fs/cgroup
     */
    readonly mounts?: InputList<MountArgs>;
    /**
     * Bind mounts, "source:destination" or "source:destination:options"; the source is an absolute path or a volume's
     * name. LinuxKit's `binds`.
     * @default none; options are "rw,rbind,rshared" where an entry has none
     */
    readonly binds?: InputList<string>;
    /**
     * Bind mounts beside those of the image's label, written as for `binds`. LinuxKit's `binds.add`.
     * @default none
     */
    readonly "binds.add"?: InputList<string>;
    /**
     * Devices it may use. LinuxKit's `devices`.
     * @default none
     */
    readonly devices?: InputList<DeviceArgs>;
    /**
     * tmpfs mounts, "destination" or "destination:options". LinuxKit's `tmpfs`.
     * @default none
     */
    readonly tmpfs?: InputList<string>;
    /**
     * Network namespace: "host", "new", "none" or the path of one. LinuxKit's `net`.
     * @default "host"
     */
    readonly net?: Input<string>;
    /**
     * Process namespace: "host", "new" or the path of one. LinuxKit's `pid`.
     * @default "new"
     */
    readonly pid?: Input<string>;
    /**
     * IPC namespace: "host", "new" or the path of one. LinuxKit's `ipc`.
     * @default "host"
     */
    readonly ipc?: Input<string>;
    /**
     * Host name namespace: "host", "new" or the path of one. LinuxKit's `uts`.
     * @default "host"
     */
    readonly uts?: Input<string>;
    /**
     * User namespace: "host", "new" or the path of one; "new" needs both id mappings and `net: "new"`.
     * LinuxKit's `userns`.
     * @default "host"
     */
    readonly userns?: Input<string>;
    /**
     * Whether the root filesystem is read-only; else it is writable and what is written is lost at power-off.
     * LinuxKit's `readonly`.
     * @default false
     */
    readonly readonly?: Input<boolean>;
    /**
     * Absolute paths that are hidden. LinuxKit's `maskedPaths`.
     * @default none
     */
    readonly maskedPaths?: InputList<string>;
    /**
     * Absolute paths that are read-only. LinuxKit's `readonlyPaths`.
     * @default none
     */
    readonly readonlyPaths?: InputList<string>;
    /**
     * User: a number, or a name of the image's /etc/passwd, or that of a container: its account in its own image, else an
     * id from 100 up. LinuxKit's `uid`.
     * @default 0
     */
    readonly uid?: Input<number | string>;
    /**
     * Group: a number, or a name of the image's /etc/group, or that of a container, as for `uid`. LinuxKit's `gid`.
     * @default 0
     */
    readonly gid?: Input<number | string>;
    /**
     * Further groups, each as for `gid`. LinuxKit's `additionalGids`.
     * @default none
     */
    readonly additionalGids?: InputList<number | string>;
    /**
     * Whether no program can gain rights, setuid ones included. LinuxKit's `noNewPrivileges`.
     * @default false
     */
    readonly noNewPrivileges?: Input<boolean>;
    /**
     * Host name in the container; needs `uts: "new"`. LinuxKit's `hostname`.
     * @default the machine's
     */
    readonly hostname?: Input<string>;
    /**
     * How readily the kernel ends it when memory runs out, -1000 (never) to 1000. LinuxKit's `oomScoreAdj`.
     * @default 0
     */
    readonly oomScoreAdj?: Input<number>;
    /**
     * Propagation of mounts at the root: "private", "slave", "shared" or "unbindable", each also with an "r" in front.
     * LinuxKit's `rootfsPropagation`.
     * @default the runtime's, private
     */
    readonly rootfsPropagation?: Input<string>;
    /**
     * Absolute path of its cgroup below /sys/fs/cgroup. LinuxKit's `cgroupsPath`.
     * @default a cgroup of its own
     */
    readonly cgroupsPath?: Input<string>;
    /**
     * Limits on memory, CPU, processes and I/O. LinuxKit's `resources`.
     * @default no limits
     */
    readonly resources?: Input<ResourcesArgs>;
    /**
     * Kernel settings of its namespaces: `{ "net.core.somaxconn": "512" }`. LinuxKit's `sysctl`.
     * @default none
     */
    readonly sysctl?: InputRecord<string>;
    /**
     * Resource limits of setrlimit(2), "name,soft,hard": "nofile,1024,unlimited". LinuxKit's `rlimits`.
     * @default those of the init
     */
    readonly rlimits?: InputList<string>;
    /**
     * User ids of a new user namespace. LinuxKit's `uidMappings`.
     * @default none
     */
    readonly uidMappings?: InputList<IdMappingArgs>;
    /**
     * Group ids of a new user namespace. LinuxKit's `gidMappings`.
     * @default none
     */
    readonly gidMappings?: InputList<IdMappingArgs>;
    /**
     * OCI annotations. LinuxKit's `annotations`.
     * @default none
     */
    readonly annotations?: InputRecord<string>;
    /**
     * What is prepared before the container starts. LinuxKit's `runtime`.
     * @default nothing
     */
    readonly runtime?: Input<RuntimeArgs>;
    /**
     * System calls it may make: `default` those that container engines allow, `unconfined` all. LinuxKit has no such key.
     * @default "unconfined", as in LinuxKit
     */
    readonly seccomp?: Input<"default" | "unconfined">;
}

/** A container that runs all the time: LinuxKit's keys, and what `debian.base()` adds. */
export interface ServiceArgs extends ContainerArgs {
    /**
     * When it is started again after it ended. LinuxKit has no such key, and never does.
     * @default "always"
     */
    readonly restart?: Input<"always" | "on-failure" | "never">;
    /**
     * Names of services that must be ready before it starts. LinuxKit has no such key.
     * @default none
     */
    readonly dependsOn?: InputList<string>;
    /**
     * How to tell that it is ready. LinuxKit has no such key.
     * @default ready as soon as it runs
     */
    readonly healthcheck?: Input<HealthcheckArgs>;
    /**
     * Time between SIGTERM and SIGKILL at shutdown, rounded up to whole seconds. LinuxKit has no such key.
     * @default "5s", as in LinuxKit
     */
    readonly stopTimeout?: Input<Duration>;
}

/**
 * How to tell whether a service is well: exactly one of `tcp`, `http` and `command`. The first success makes it ready;
 * after that it is asked every `interval`.
 */
export interface HealthcheckArgs {
    /**
     * Port that must take a TCP connection on 127.0.0.1, 1 to 65535.
     * @default none
     */
    readonly tcp?: Input<number>;
    /**
     * `http://` URL whose GET must answer 2xx.
     * @default none
     */
    readonly http?: Input<string>;
    /**
     * Program and arguments, run in the container, that must exit with 0.
     * @default none
     */
    readonly command?: InputList<string>;
    /**
     * Time between two tries once it is ready; until then it is asked more often.
     * @default "1s"
     */
    readonly interval?: Input<Duration>;
    /**
     * Longest time of one try, rounded up to whole seconds.
     * @default "2s"
     */
    readonly timeout?: Input<Duration>;
    /**
     * Failed tries in a row until a ready service is killed, at least 1; `interval` times `retries` is its time to become
     * ready.
     * @default 60
     */
    readonly retries?: Input<number>;
}

/** A mount, as in the OCI runtime spec's `mounts`; what is left out is filled in as LinuxKit does. */
export interface MountArgs {
    /**
     * Filesystem type.
     * @default the source, where it is one of mqueue, devpts, proc, sysfs and cgroup; "tmpfs" at /dev; else required
     */
    readonly type?: Input<string>;
    /**
     * What is mounted.
     * @default the type
     */
    readonly source?: Input<string>;
    /**
     * Absolute path in the container.
     * @default the usual one of the type, for mqueue, devpts, proc, sysfs and cgroup; else required
     */
    readonly destination?: Input<string>;
    /**
     * Mount options, as mount(8) takes them: ["ro", "nosuid"].
     * @default none
     */
    readonly options?: InputList<string>;
    /**
     * User ids of an id-mapped mount. LinuxKit's `uidmappings`.
     * @default none
     */
    readonly uidMappings?: InputList<IdMappingArgs>;
    /**
     * Group ids of an id-mapped mount. LinuxKit's `gidmappings`.
     * @default none
     */
    readonly gidMappings?: InputList<IdMappingArgs>;
}

/** A device node in the container, with the right to use it. OCI runtime spec `linux.devices`. */
export interface DeviceArgs {
    /** Absolute path in the container, or "all" for every device of the type. */
    readonly path: Input<string>;
    /** "c" or "u" for a character device, "b" block, "p" FIFO, "a" both kinds. */
    readonly type: Input<"a" | "b" | "c" | "u" | "p">;
    /**
     * Major number.
     * @default none with the path "all"; else required
     */
    readonly major?: Input<number>;
    /**
     * Minor number.
     * @default none with the path "all"; else required
     */
    readonly minor?: Input<number>;
    /**
     * Permissions in octal, as a string: "0666".
     * @default none with the path "all"; else required
     */
    readonly mode?: Input<string>;
}

/** A range of ids of a user namespace. OCI runtime spec `linux.uidMappings` and `linux.gidMappings`. */
export interface IdMappingArgs {
    /** First id in the container. */
    readonly containerID: Input<number>;
    /** First id on the machine. */
    readonly hostID: Input<number>;
    /** How many ids, at least 1. */
    readonly size: Input<number>;
}
