import type { Input } from "@pulumi/pulumi";
import type { InputList, InputRecord } from "./inputs";
import type { Size } from "./units";

/**
 * OCI runtime spec `linux.resources`. What only cgroup v1 knows (the kernel's own memory, real-time scheduling, weights of
 * single devices, network) goes to the container's config.json as it does in LinuxKit; on cgroup v2 runtimes leave it aside
 * or refuse it.
 */
export interface ResourcesArgs {
    /** Device nodes it may or may not use, in this order; LinuxKit's `devices`. */
    readonly devices?: InputList<DeviceRuleArgs>;
    /** LinuxKit's `memory`. */
    readonly memory?: Input<MemoryArgs>;
    /** LinuxKit's `cpu`. */
    readonly cpu?: Input<CpuArgs>;
    /** LinuxKit's `pids`. */
    readonly pids?: Input<PidsArgs>;
    /** LinuxKit's `blockio`. */
    readonly blockIO?: Input<BlockIOArgs>;
    /** LinuxKit's `hugepageLimits`. */
    readonly hugepageLimits?: InputList<HugepageLimitArgs>;
    /** LinuxKit's `network`. */
    readonly network?: Input<NetworkResourcesArgs>;
    /** Files of cgroup v2 and what is written to them: `{ "memory.high": "100000000" }`. LinuxKit has no such key. */
    readonly unified?: InputRecord<string>;
}

/** OCI runtime spec `linux.resources.devices`. */
export interface DeviceRuleArgs {
    /**
     * Whether it is allowed.
     * @default false
     */
    readonly allow?: Input<boolean>;
    /**
     * "c" for character devices, "b" for block devices, "a" for both.
     * @default both
     */
    readonly type?: Input<"a" | "b" | "c">;
    /**
     * Major number.
     * @default every one
     */
    readonly major?: Input<number>;
    /**
     * Minor number.
     * @default every one
     */
    readonly minor?: Input<number>;
    /**
     * "r" to read, "w" to write, "m" to make nodes, or several of them.
     * @default none
     */
    readonly access?: Input<string>;
}

/** Sizes with their unit ("64 MB"), or bytes as LinuxKit writes them. */
export interface MemoryArgs {
    /** Memory it may use. */
    readonly limit?: Input<Size | number>;
    /** Memory kept for it when the machine runs short. */
    readonly reservation?: Input<Size | number>;
    /** Memory and swap together; -1 for no limit. */
    readonly swap?: Input<Size | number>;
    /** Memory of the kernel's own. cgroup v1 only. */
    readonly kernel?: Input<Size | number>;
    /** Memory of the kernel's TCP buffers. cgroup v1 only. */
    readonly kernelTCP?: Input<Size | number>;
    /** How readily its memory is swapped out, 0 to 100. cgroup v1 only. */
    readonly swappiness?: Input<number>;
    /** Whether it is left waiting, not ended, when its memory runs out. cgroup v1 only. */
    readonly disableOOMKiller?: Input<boolean>;
}

export interface CpuArgs {
    /** Share against others, 2 to 262144; 1024 is one share. */
    readonly shares?: Input<number>;
    /** Microseconds of CPU in each period. */
    readonly quota?: Input<number>;
    /** Length of a period in microseconds. */
    readonly period?: Input<number>;
    /** Microseconds of real-time CPU in each period. cgroup v1 only. */
    readonly realtimeRuntime?: Input<number>;
    /** Length of a real-time period in microseconds. cgroup v1 only. */
    readonly realtimePeriod?: Input<number>;
    /** CPUs it may run on: "0-1,3". */
    readonly cpus?: Input<string>;
    /** Memory nodes it may use: "0". */
    readonly mems?: Input<string>;
}

export interface PidsArgs {
    /** Processes and threads it may have, at least 1; -1 for no limit. */
    readonly limit: Input<number>;
}

export interface BlockIOArgs {
    /** Share of block I/O against others, 10 to 1000. */
    readonly weight?: Input<number>;
    /** The same against its own children. cgroup v1 only. */
    readonly leafWeight?: Input<number>;
    /** Shares on single devices. */
    readonly weightDevice?: InputList<WeightDeviceArgs>;
    /** Bytes read a second. */
    readonly throttleReadBpsDevice?: InputList<ThrottleDeviceArgs>;
    /** Bytes written a second. */
    readonly throttleWriteBpsDevice?: InputList<ThrottleDeviceArgs>;
    /** Reads a second. */
    readonly throttleReadIOPSDevice?: InputList<ThrottleDeviceArgs>;
    /** Writes a second. */
    readonly throttleWriteIOPSDevice?: InputList<ThrottleDeviceArgs>;
}

/** A share on one block device. */
export interface WeightDeviceArgs {
    readonly major: Input<number>;
    readonly minor: Input<number>;
    /** 10 to 1000. */
    readonly weight?: Input<number>;
    /** 10 to 1000. cgroup v1 only. */
    readonly leafWeight?: Input<number>;
}

/** A limit on one block device. */
export interface ThrottleDeviceArgs {
    readonly major: Input<number>;
    readonly minor: Input<number>;
    /** A second. */
    readonly rate: Input<number>;
}

/** Marks for the machine's traffic control. cgroup v1 only. */
export interface NetworkResourcesArgs {
    /** Class of its packets. */
    readonly classID?: Input<number>;
    /** Priority of its packets by interface. */
    readonly priorities?: InputList<InterfacePriorityArgs>;
}

export interface InterfacePriorityArgs {
    /** Name of the interface. */
    readonly name: Input<string>;
    readonly priority: Input<number>;
}

export interface HugepageLimitArgs {
    /** Size of the pages, as the kernel names it: "2MB". */
    readonly pageSize: Input<string>;
    /** Bytes in such pages. */
    readonly limit: Input<Size | number>;
}
