export { erofs } from "./erofs";
export { iso } from "./iso";
export { squashfs } from "./squashfs";
export type { OpenEntries } from "./tree";
