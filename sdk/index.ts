export * from "./assembly";
/** Images as AMIs in an account of AWS. */
export * as aws from "./aws";
/** Components from Debian's signed archive: a kernel, this project's base, and packages as root filesystems. */
export * as debian from "./debian";
export { type BootableImage, Image, type ImageArgs, type ImageComponentInfo, type ImageFileInfo } from "./image";
export { ImageFile, type ImageFileArgs, type WrittenFile } from "./image-file";
/** Images of registries, of OCI layouts and of archives that `docker save` writes. */
export * as oci from "./oci";
/** Virtual machines on this host, under QEMU. */
export * as qemu from "./qemu";
