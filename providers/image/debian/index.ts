export { debianEntries } from "./entries";
export { debianKernel, type DebianKernel } from "./kernel";
export { findMirrors } from "./mirrors";
export { packageFiles } from "./package-files";
export { resolveDebian } from "./resolve";
