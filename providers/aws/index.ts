export { hostImageEnvironment, hostInstanceEnvironment, hostVolumeEnvironment } from "./host";
export { imageHandler } from "./image/handler";
export type { DiskSource } from "./image/environment";
export { instanceHandler } from "./instance/handler";
export { volumeHandler } from "./volume/handler";
