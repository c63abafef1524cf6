import * as linuxkit from "pulumi-linuxkit";

const redisOs = linuxkit.Assembly.fromYaml("redis-os.yml");

// LinuxKit's init does not say when everything is up, so a machine is ready when Redis listens.
const image = new linuxkit.Image("redis-os", { assembly: redisOs, readiness: { tcp: 6379 } });
const disk = new linuxkit.ImageFile("disk", { image, format: "raw-bios", path: "redis-os.raw" });
const redis = new linuxkit.qemu.Machine("redis", { image, memory: "1 GB", ports: [{ guest: 6379 }] });

export const digest = image.digest;
export const sha256 = disk.sha256;
export const address = redis.endpoint(6379);
