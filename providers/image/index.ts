export { ensureContents, ensureImage } from "./build/ensure";
export { findKernel } from "./build/known-kernel";
export { digestOf } from "./digest";
export { packageChanges } from "./debian/changes";
export { hostEnvironment } from "./host";
export { resolveComponents } from "./sources/resolve";
export { spdxDocument } from "./spdx/document";
export { defaultStoreDirectory } from "./store/directory";
