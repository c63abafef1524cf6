export { type AdoptedImageArgs, Image, type ImageArgs, type LaunchPermissionArgs } from "./image";
export { RegionalImages, type RegionalImagesArgs } from "./regional-images";
