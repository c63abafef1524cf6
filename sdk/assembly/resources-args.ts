import type { Input } from "@pulumi/pulumi";
import type { InputList, InputRecord } from "./inputs";
import type { Size } from "./units";

/**
 * Limits of a container's cgroup: OCI runtime spec `linux.resources`. What only cgroup v1 knows (the kernel's own memory, real-time scheduling, weights of
 * single devices, network) goes to the container's config.json as it does in LinuxKit; on cgroup v2 runtimes leave it aside
 * or refuse it.
 */
export interface ResourcesArgs {
    /**
     * Device nodes it may or may not use, in this order; LinuxKit's `devices`.
     * @default the runtime's own rules
     */
    readonly devices?: InputList<DeviceRuleArgs>;
    /**
     * Limits on memory. LinuxKit's `memory`.
     * @default no limits
     */
    readonly memory?: Input<MemoryArgs>;
    /**
     * Share of the CPUs, and which of them. LinuxKit's `cpu`.
     * @default no limits
     */
    readonly cpu?: Input<CpuArgs>;
    /**
     * Limit on the number of processes. LinuxKit's `pids`.
     * @default no limit
     */
    readonly pids?: Input<PidsArgs>;
    /**
     * Share of block I/O. LinuxKit's `blockio`.
     * @default the kernel's share
     */
    readonly blockIO?: Input<BlockIOArgs>;
    /**
     * Limits on huge pages, by their size. LinuxKit's `hugepageLimits`.
     * @default no limits
     */
    readonly hugepageLimits?: InputList<HugepageLimitArgs>;
    /**
     * Marks on its packets. LinuxKit's `network`.
     * @default none
     */
    readonly network?: Input<NetworkResourcesArgs>;
    /**
     * Files of cgroup v2 and what is written to them: `{ "memory.high": "100000000" }`. LinuxKit has no such key.
     * @default none
     */
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

/** Limits on memory: sizes with their unit ("64 MB"), or bytes as LinuxKit writes them; -1 for no limit. */
export interface MemoryArgs {
    /**
     * Memory it may use; what takes more is killed. cgroup v2's `memory.max`.
     * @default no limit
     */
    readonly limit?: Input<Size | number>;
    /**
     * Memory kept for it when the machine runs short. cgroup v2's `memory.low`.
     * @default none
     */
    readonly reservation?: Input<Size | number>;
    /**
     * Memory and swap together, not below `limit`. cgroup v2's `memory.swap.max` is the difference.
     * @default no limit
     */
    readonly swap?: Input<Size | number>;
    /**
     * Memory of the kernel's own. cgroup v1 only.
     * @default no limit
     */
    readonly kernel?: Input<Size | number>;
    /**
     * Memory of the kernel's TCP buffers. cgroup v1 only.
     * @default no limit
     */
    readonly kernelTCP?: Input<Size | number>;
    /**
     * How readily its memory is swapped out, 0 to 100. cgroup v1 only.
     * @default the machine's
     */
    readonly swappiness?: Input<number>;
    /**
     * Whether it is left waiting, not ended, when its memory runs out. cgroup v1 only.
     * @default false
     */
    readonly disableOOMKiller?: Input<boolean>;
}

/** How much of the CPUs a container gets. OCI runtime spec `linux.resources.cpu`. */
export interface CpuArgs {
    /**
     * Share of the CPUs against others when they are busy, 2 to 262144; 1024 is one share. cgroup v2's `cpu.weight`.
     * @default the kernel's weight
     */
    readonly shares?: Input<number>;
    /**
     * Microseconds of CPU time in each period, at least 1; -1 for no limit. cgroup v2's `cpu.max`.
     * @default no limit
     */
    readonly quota?: Input<number>;
    /**
     * Length of a period in microseconds, at least 1. cgroup v2's `cpu.max`.
     * @default the kernel's, 100000
     */
    readonly period?: Input<number>;
    /**
     * Microseconds of real-time CPU in each period; -1 for no limit. cgroup v1 only.
     * @default none
     */
    readonly realtimeRuntime?: Input<number>;
    /**
     * Length of a real-time period in microseconds. cgroup v1 only.
     * @default the kernel's
     */
    readonly realtimePeriod?: Input<number>;
    /**
     * CPUs it may run on: "0-1,3". cgroup v2's `cpuset.cpus`.
     * @default all
     */
    readonly cpus?: Input<string>;
    /**
     * Memory nodes it may use: "0". cgroup v2's `cpuset.mems`.
     * @default all
     */
    readonly mems?: Input<string>;
}

/** How many processes a container may have. OCI runtime spec `linux.resources.pids`. */
export interface PidsArgs {
    /** Processes and threads it may have, at least 1; -1 for no limit. cgroup v2's `pids.max`. */
    readonly limit: Input<number>;
}

/** How much of the block I/O a container gets. OCI runtime spec `linux.resources.blockIO`. */
export interface BlockIOArgs {
    /**
     * Share of block I/O against others, 10 to 1000. cgroup v2's `io.weight` or `io.bfq.weight`.
     * @default the kernel's weight
     */
    readonly weight?: Input<number>;
    /**
     * The same against its own children. cgroup v1 only.
     * @default the kernel's weight
     */
    readonly leafWeight?: Input<number>;
    /**
     * Shares on single devices.
     * @default none
     */
    readonly weightDevice?: InputList<WeightDeviceArgs>;
    /**
     * Bytes read a second.
     * @default no limits
     */
    readonly throttleReadBpsDevice?: InputList<ThrottleDeviceArgs>;
    /**
     * Bytes written a second.
     * @default no limits
     */
    readonly throttleWriteBpsDevice?: InputList<ThrottleDeviceArgs>;
    /**
     * Reads a second.
     * @default no limits
     */
    readonly throttleReadIOPSDevice?: InputList<ThrottleDeviceArgs>;
    /**
     * Writes a second.
     * @default no limits
     */
    readonly throttleWriteIOPSDevice?: InputList<ThrottleDeviceArgs>;
}

/** A share on one block device. */
export interface WeightDeviceArgs {
    /** Major number of the device. */
    readonly major: Input<number>;
    /** Minor number of the device. */
    readonly minor: Input<number>;
    /**
     * 10 to 1000.
     * @default the kernel's weight
     */
    readonly weight?: Input<number>;
    /**
     * 10 to 1000. cgroup v1 only.
     * @default the kernel's weight
     */
    readonly leafWeight?: Input<number>;
}

/** A limit on one block device. */
export interface ThrottleDeviceArgs {
    /** Major number of the device. */
    readonly major: Input<number>;
    /** Minor number of the device. */
    readonly minor: Input<number>;
    /** A second. */
    readonly rate: Input<number>;
}

/** Marks for the machine's traffic control. cgroup v1 only. */
export interface NetworkResourcesArgs {
    /**
     * Class of its packets.
     * @default none
     */
    readonly classID?: Input<number>;
    /**
     * Priority of its packets by interface.
     * @default none
     */
    readonly priorities?: InputList<InterfacePriorityArgs>;
}

/** Priority of the packets that leave by one network interface. */
export interface InterfacePriorityArgs {
    /** Name of the interface. */
    readonly name: Input<string>;
    /** Priority, the higher the sooner. */
    readonly priority: Input<number>;
}

/** How much a container may have in huge pages of one size. OCI runtime spec `linux.resources.hugepageLimits`. */
export interface HugepageLimitArgs {
    /** Size of the pages, as the kernel names it: "2MB". */
    readonly pageSize: Input<string>;
    /** Size that such pages may come to: "64 MB", or a number of bytes. cgroup v2's `hugetlb.<size>.max`. */
    readonly limit: Input<Size | number>;
}
