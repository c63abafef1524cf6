export { type ContainerFile, containerFiles } from "./files";
export { type ContainerContext, containerDirectory, containerIds, type ImageConfig, parseIds } from "./context";
