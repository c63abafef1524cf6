import type { Input } from "@pulumi/pulumi";
import type { InputList, InputRecord } from "./inputs";
import type { Size } from "./units";

/** Limits of a container's cgroup: OCI runtime spec `linux.resources`, the parts that cgroup v2 honours. */
export interface ResourcesArgs {
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
     * Files of cgroup v2 and what is written to them: `{ "memory.high": "100000000" }`. LinuxKit has no such key.
     * @default none
     */
    readonly unified?: InputRecord<string>;
}

/** Limits on memory: sizes with their unit ("64 MB"), or bytes as LinuxKit writes them. */
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
     * Memory and swap together, not below `limit`; -1 for no limit. cgroup v2's `memory.swap.max` is the difference.
     * @default no limit
     */
    readonly swap?: Input<Size | number>;
}

/** How much of the CPUs a container gets. OCI runtime spec `linux.resources.cpu`. */
export interface CpuArgs {
    /**
     * Share of the CPUs against others when they are busy, 2 to 262144; 1024 is one share. cgroup v2's `cpu.weight`.
     * @default the kernel's weight
     */
    readonly shares?: Input<number>;
    /**
     * Microseconds of CPU time in each period, at least 1. cgroup v2's `cpu.max`.
     * @default no limit
     */
    readonly quota?: Input<number>;
    /**
     * Length of a period in microseconds, at least 1. cgroup v2's `cpu.max`.
     * @default the kernel's, 100000
     */
    readonly period?: Input<number>;
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
}

/** How much a container may have in huge pages of one size. OCI runtime spec `linux.resources.hugepageLimits`. */
export interface HugepageLimitArgs {
    /** Size of the pages, as the kernel names it: "2MB". */
    readonly pageSize: Input<string>;
    /** Size that such pages may come to: "64 MB", or a number of bytes. cgroup v2's `hugetlb.<size>.max`. */
    readonly limit: Input<Size | number>;
}
