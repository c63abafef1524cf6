export { type KernelConfig, parseKernelConfig } from "./config";
export { type KernelEvidence, type KernelFacts, kernelFacts, withModules } from "./facts";
export { initrdNeeds, kernelName, type NamedKernel, requireDrivers, systemNeeds } from "./needs";
export type { DriverName } from "./table";
