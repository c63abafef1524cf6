export { containerFiles } from "./files";
export { type ContainerContext, containerDirectory, containerIds, parseIds } from "./context";
