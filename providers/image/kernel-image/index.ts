export { type KernelFiles, readKernelImage } from "./read";
export { kernelTree, type KernelTreeOptions } from "./tree";
