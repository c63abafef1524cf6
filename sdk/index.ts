export * from "./assembly";
export * as debian from "./debian";
export { type BootableImage, Image, type ImageArgs, type ImageComponentInfo, type ImageFileInfo } from "./image";
export { ImageFile, type ImageFileArgs, type WrittenFile } from "./image-file";
export * as oci from "./oci";
export * as qemu from "./qemu";
