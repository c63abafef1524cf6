export { isoBios, isoEfi, isoEfiInitrd } from "./cd";
export type { DiskInput, Payload } from "./input";
export type { LoaderFiles } from "./loaders/files";
export { openLoaders } from "./loaders/open";
export { type DiskFormat, type LoaderFormat, loaderPackages } from "./loaders/table";
export { rawBios, rawEfi, rawHybrid } from "./raw";
export type { SparseDisk } from "./sparse";
export { bytesOf, writeSparse } from "./write";
