export { type KernelConfig, parseKernelConfig } from "./config";
export { type KernelEvidence, type KernelFacts, kernelFacts, withModules } from "./facts";
export { type ImageKernel, imageKernel, initrdNeeds, requireDrivers, uefiNeeds } from "./needs";
export type { DriverName } from "./table";
