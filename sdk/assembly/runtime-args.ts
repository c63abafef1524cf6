import type { Input } from "@pulumi/pulumi";
import type { MountArgs } from "./container-args";
import type { InputList } from "./inputs";

/** LinuxKit's `runtime`: what is prepared in the machine before the container starts. */
export interface RuntimeArgs {
    /**
     * cgroups to create. LinuxKit's `cgroups`.
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
     * @default "services.linuxkit"
     */
    readonly namespace?: Input<string>;
}

export interface InterfaceArgs {
    /** Name of the interface; LinuxKit's `name`. */
    readonly name: Input<string>;
    /**
     * Type of interface to create ("veth", "wireguard"), else an existing one is moved. LinuxKit's `add`.
     * @default an existing one is moved
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

/** Absolute paths that the container's namespaces are bound to. */
export interface BindNamespacesArgs {
    readonly cgroup?: Input<string>;
    readonly ipc?: Input<string>;
    readonly mnt?: Input<string>;
    readonly net?: Input<string>;
    readonly pid?: Input<string>;
    readonly user?: Input<string>;
    readonly uts?: Input<string>;
}
