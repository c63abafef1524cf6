/** A kind of machine that a kernel's modules are picked for: "qemu". */
export type MachineFamily = "qemu" | "aws" | "gcp" | "azure";

export const machineFamilies: readonly MachineFamily[] = ["qemu", "aws", "gcp", "azure"];
