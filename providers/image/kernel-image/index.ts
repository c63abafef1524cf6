export { readKernelImage } from "./read";
export { kernelTree } from "./tree";
