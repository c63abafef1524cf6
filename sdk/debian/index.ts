export { base, type DebianBaseArgs } from "./base";
export { kernel, type DebianKernelArgs } from "./kernel";
export { packages, type DebianPackagesArgs } from "./packages";
