export type { ArchiveLimits } from "./limits";
export { readTar } from "./tar";
export { type TarMember, writeTar } from "./write-tar";
