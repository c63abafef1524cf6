export { ensureImage, type EnsureOptions } from "./build/image";
export { digestOf } from "./digest";
export { findMirrors, packageChanges } from "./debian";
export { type ArchiveLimits, readTar } from "./archive";
export { readInitrd } from "./initrd/read";
export { resolveComponents } from "./sources/resolve";
export { spdxDocument } from "./spdx/document";
export { defaultStoreDirectory } from "./store/directory";
