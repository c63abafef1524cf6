export { openOciImage, resolveOci } from "./resolve";
export type { OciImage, OciLayer } from "./image";
