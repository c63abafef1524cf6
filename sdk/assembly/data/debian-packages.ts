import type { Architecture } from "../spec";

/** The package that depends on the suite's newest kernel for virtual machines. */
export const kernelPackages: Readonly<Record<Architecture, string>> = {
    amd64: "linux-image-cloud-amd64",
    arm64: "linux-image-cloud-arm64",
};

/** What `debian.base()` needs from the archive, whatever its options. */
export const basePackages: readonly string[] = ["busybox-static"];

/** What `debian.base()` may run containers with. */
export const runtimePackages = {
    crun: ["crun"],
    runc: ["runc"],
    containerd: ["containerd", "runc"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
