"use strict";

const linuxkit = require("pulumi-linuxkit");

/** Images that differ in an argument, and a machine of each. */
exports.declare = (count) =>
    Array.from({ length: count }, (_, number) => {
        const image = new linuxkit.Image(`image-${number}`, { assembly: redisOs(`${number + 1}mb`) });
        return new linuxkit.qemu.Machine(`machine-${number}`, { image, memory: "256 MB", ports: [{ guest: 6379 }] });
    });

function redisOs(memory) {
    return new linuxkit.Assembly({
        kernel: linuxkit.debian.kernel(),
        init: [linuxkit.debian.base()],
        onboot: [linuxkit.dhcp()],
        services: [
            {
                name: "redis",
                image: linuxkit.debian.packages(["redis-server"]),
                command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--maxmemory", memory],
                healthcheck: { tcp: 6379 },
            },
        ],
    });
}
