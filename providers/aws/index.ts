export { hostImageEnvironment, hostVolumeEnvironment } from "./host";
export { imageHandler } from "./image/handler";
export type { DiskSource } from "./image/environment";
export { volumeHandler } from "./volume/handler";
