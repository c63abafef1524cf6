/** Kinds of machine that a kernel's modules are picked for. */
export const machineFamilies = ["qemu", "aws", "gcp", "azure"] as const;

/** A kind of machine that a kernel's modules are picked for: "qemu". */
export type MachineFamily = (typeof machineFamilies)[number];
