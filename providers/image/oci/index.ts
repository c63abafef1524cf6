export { openOciImage, resolveOci } from "./resolve";
export { findRegistries } from "./settings";
export type { OciImage, OciLayer } from "./image";
