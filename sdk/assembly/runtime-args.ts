import type { Input } from "@pulumi/pulumi";
import type { MountArgs } from "./container-args";
import type { InputList } from "./inputs";

/** LinuxKit's `runtime`: what is prepared in the machine before the container starts. */
export interface RuntimeArgs {
    /**
     * cgroups to create, as paths below /sys/fs/cgroup. LinuxKit's `cgroups`.
     * @default none
     */
    readonly cgroups?: InputList<string>;
    /**
     * Mounts in the machine's own namespace, as they are; a relative path is one in the container's root. LinuxKit's `mounts`.
     * @default none
     */
    readonly mounts?: InputList<MountArgs>;
    /**
     * Directories to create in the machine; a relative path is one in the container's root. LinuxKit's `mkdir`.
     * @default none
     */
    readonly mkdir?: InputList<string>;
    /**
     * Network interfaces to move into the container, or to create. LinuxKit's `interfaces`.
     * @default none
     */
    readonly interfaces?: InputList<InterfaceArgs>;
    /**
     * Where the container's namespaces are bound, for others to join. LinuxKit's `bindNS`.
     * @default none
     */
    readonly bindNS?: Input<BindNamespacesArgs>;
    /**
     * containerd's namespace, where containerd runs the services. LinuxKit's `namespace`.
     * @default LinuxKit's own, "services.linuxkit"
     */
    readonly namespace?: Input<string>;
}

/** A network interface of a container; LinuxKit's `interfaces`. */
export interface InterfaceArgs {
    /** Name of the interface: "wg0". LinuxKit's `name`. */
    readonly name: Input<string>;
    /**
     * Type of the interface to create: "veth", "wireguard". LinuxKit's `add`.
     * @default "veth" with `peer`; else none, and an existing interface of this name is moved
     */
    readonly add?: Input<string>;
    /**
     * Name of a veth pair's other end, which stays outside. LinuxKit's `peer`.
     * @default none
     */
    readonly peer?: Input<string>;
    /**
     * Whether it is created outside first and then moved, as WireGuard needs. LinuxKit's `createInRoot`.
     * @default false
     */
    readonly createInRoot?: Input<boolean>;
}

/** Absolute paths in the machine that the container's namespaces are bound to; LinuxKit's `bindNS`. */
export interface BindNamespacesArgs {
    /**
     * Path for the cgroup namespace. LinuxKit's `cgroup`.
     * @default not bound
     */
    readonly cgroup?: Input<string>;
    /**
     * Path for the IPC namespace. LinuxKit's `ipc`.
     * @default not bound
     */
    readonly ipc?: Input<string>;
    /**
     * Path for the mount namespace. LinuxKit's `mnt`.
     * @default not bound
     */
    readonly mnt?: Input<string>;
    /**
     * Path for the network namespace. LinuxKit's `net`.
     * @default not bound
     */
    readonly net?: Input<string>;
    /**
     * Path for the process namespace. LinuxKit's `pid`.
     * @default not bound
     */
    readonly pid?: Input<string>;
    /**
     * Path for the user namespace. LinuxKit's `user`.
     * @default not bound
     */
    readonly user?: Input<string>;
    /**
     * Path for the host name namespace. LinuxKit's `uts`.
     * @default not bound
     */
    readonly uts?: Input<string>;
}
