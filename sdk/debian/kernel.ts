import type { Input } from "@pulumi/pulumi";
import type { KernelArgs } from "../assembly/assembly-args";
import type { DebianKernelSource } from "../assembly/source-args";

/** What `debian.kernel()` takes: the archive, `families`, `modules` and `cmdline`. */
export interface DebianKernelArgs extends Omit<DebianKernelSource, "type" | "role"> {
    /**
     * Kernel command line, one line, without the `console=` that a target adds. LinuxKit's `cmdline`.
     * @default "quiet"
     */
    readonly cmdline?: Input<string>;
}

/** Debian's kernel for virtual machines, with only the modules that the machine families need. */
export function kernel({ cmdline = "quiet", ...options }: DebianKernelArgs = {}): KernelArgs {
    return { image: { type: "debian", role: "kernel", ...options }, cmdline };
}
