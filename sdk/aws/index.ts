export { type AdoptedImageArgs, Image, type ImageArgs, type LaunchPermissionArgs } from "./image";
export { RegionalImages, type RegionalImagesArgs } from "./regional-images";
export { type AdoptedVolumeArgs, Volume, type VolumeArgs } from "./volume";
