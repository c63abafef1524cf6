export {
    type AdoptedImageArgs,
    type BucketUploadArgs,
    Image,
    type ImageArgs,
    type LaunchPermissionArgs,
} from "./image";
export { Instance, type InstanceArgs, type InstanceVolumeArgs, type SpotArgs } from "./instance";
export { RegionalImages, type RegionalImagesArgs } from "./regional-images";
export { type AdoptedVolumeArgs, Volume, type VolumeArgs } from "./volume";
