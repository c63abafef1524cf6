import * as linuxkit from "pulumi-linuxkit";

const redisOs = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    onboot: [linuxkit.dhcp(), linuxkit.privateNetwork()],
    services: [
        linuxkit.privateNames(),
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"],
            healthcheck: { tcp: 6379 },
        },
    ],
});

const replicaOs = redisOs.with({
    services: [
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--replicaof", "primary", "6379"],
            binds: ["/etc/hosts:/etc/hosts"],
            healthcheck: { tcp: 6379 },
        },
    ],
});

const network = new linuxkit.qemu.Network("redis");
const primary = new linuxkit.qemu.Machine("primary", {
    image: new linuxkit.Image("redis-os", { assembly: redisOs }),
    networks: [{ network, address: "10.77.0.2" }],
    ports: [{ guest: 6379 }],
});

const image = new linuxkit.Image("replica-os", { assembly: replicaOs });
const replicas = ["replica-1"].map(
    (name) => new linuxkit.qemu.Machine(name, { image, networks: [{ network }], ports: [{ guest: 6379 }] }),
);

export const address = primary.endpoint(6379);
export const replicaAddresses = replicas.map((replica) => replica.endpoint(6379));
