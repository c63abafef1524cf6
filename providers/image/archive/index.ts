export { type ArchiveLimits, defaultLimits } from "./limits";
export { readTar } from "./tar";
