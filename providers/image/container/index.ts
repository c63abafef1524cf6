export { containerFiles } from "./files";
export { type ContainerContext, containerDirectory, containerIds, type ImageConfig, parseIds } from "./context";
export { withLabel } from "./image-settings";
