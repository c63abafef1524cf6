export { debianEntries } from "./entries";
export { debianKernel, type DebianKernel } from "./kernel";
export { findMirrors } from "./mirrors";
export { resolveDebian } from "./resolve";
