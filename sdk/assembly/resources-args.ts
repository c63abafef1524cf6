import type { Input } from "@pulumi/pulumi";
import type { InputList, InputRecord } from "./inputs";
import type { Size } from "./units";

/** OCI runtime spec `linux.resources`, the parts that cgroup v2 honours. */
export interface ResourcesArgs {
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
    /** Files of cgroup v2 and what is written to them: `{ "memory.high": "100000000" }`. LinuxKit has no such key. */
    readonly unified?: InputRecord<string>;
}

/** Sizes with their unit ("64 MB"), or bytes as LinuxKit writes them. */
export interface MemoryArgs {
    /** Memory it may use. */
    readonly limit?: Input<Size | number>;
    /** Memory kept for it when the machine runs short. */
    readonly reservation?: Input<Size | number>;
    /** Memory and swap together; -1 for no limit. */
    readonly swap?: Input<Size | number>;
}

export interface CpuArgs {
    /** Share against others, 2 to 262144; 1024 is one share. */
    readonly shares?: Input<number>;
    /** Microseconds of CPU in each period. */
    readonly quota?: Input<number>;
    /** Length of a period in microseconds. */
    readonly period?: Input<number>;
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
}

export interface HugepageLimitArgs {
    /** Size of the pages, as the kernel names it: "2MB". */
    readonly pageSize: Input<string>;
    /** Bytes in such pages. */
    readonly limit: Input<Size | number>;
}
