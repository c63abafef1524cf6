import * as linuxkit from "pulumi-linuxkit";

const path = "/var/lib/redis";
const settings = ["--bind", "0.0.0.0", "--protected-mode", "no", "--appendonly", "yes", "--dir", path];

const redisOs = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    onboot: [linuxkit.dhcp(), linuxkit.persistentDisk({ label: "redis", path })],
    services: [
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", ...settings],
            binds: [`${path}:${path}`],
            healthcheck: { tcp: 6379 },
        },
    ],
});

const image = new linuxkit.Image("redis-data", { assembly: redisOs });
const disk = new linuxkit.qemu.Disk("data", { size: "1 GB" });
const redis = new linuxkit.qemu.Machine("redis", { image, disks: [{ disk }], ports: [{ guest: 6379 }] });

export const address = redis.endpoint(6379);
