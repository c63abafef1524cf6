export type { ArchiveLimits } from "./limits";
export { readTar } from "./tar";
