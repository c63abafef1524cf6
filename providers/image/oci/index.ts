export { openOciImage, resolveOci } from "./resolve";
export { resolveWholeOci, wholeOciEntries } from "./whole";
export type { OciImage, OciLayer } from "./image";
