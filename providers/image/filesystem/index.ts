export { erofs } from "./erofs";
export { squashfs } from "./squashfs";
export type { OpenEntries } from "./tree";
