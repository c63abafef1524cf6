export { debianEntries, type DebianTree } from "./entries";
export { debianKernel, type DebianKernel } from "./kernel";
export { findMirrors, type MirrorPlaces } from "./mirrors";
export { packageChanges } from "./changes";
export { resolveDebian } from "./resolve";
