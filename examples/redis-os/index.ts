import * as linuxkit from "pulumi-linuxkit";

const redisOs = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    onboot: [linuxkit.dhcp()],
    services: [
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"],
            healthcheck: { tcp: 6379 },
        },
    ],
});

const image = new linuxkit.Image("redis-os", { assembly: redisOs });
const redis = new linuxkit.qemu.Machine("redis", { image, memory: "256 MB", ports: [{ guest: 6379 }] });

export const digest = image.digest;
export const address = redis.endpoint(6379);
