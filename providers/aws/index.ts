export { hostImageEnvironment } from "./host";
export { imageHandler } from "./image/handler";
export type { DiskSource } from "./image/environment";
