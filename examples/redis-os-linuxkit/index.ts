import * as linuxkit from "pulumi-linuxkit";

const redisOs = linuxkit.Assembly.fromYaml("redis-os.yml");

const image = new linuxkit.Image("redis-os", { assembly: redisOs });
const disk = new linuxkit.ImageFile("disk", { image, format: "raw-bios", path: "redis-os.raw" });

export const digest = image.digest;
export const sha256 = disk.sha256;
