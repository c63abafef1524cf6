import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "pulumi-linuxkit";

const config = new pulumi.Config();

const redisOs = new linuxkit.Assembly({
    architecture: "amd64",
    kernel: linuxkit.debian.kernel({ families: ["qemu", "aws"] }),
    init: [linuxkit.debian.base()],
    onboot: [linuxkit.dhcp(), linuxkit.metadata()],
    services: [
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", "/etc/redis.d/redis.conf"],
            binds: ["/run/config/redis:/etc/redis.d:ro"],
            healthcheck: { tcp: 6379 },
        },
    ],
});

const redisConf = ["bind 0.0.0.0", "protected-mode no", "maxmemory 256mb", ""].join("\n");

const image = new linuxkit.Image("redis-os", { assembly: redisOs });
const ami = new linuxkit.aws.Image("redis-os", { image });
const redis = new linuxkit.aws.Instance("redis", {
    ami,
    instanceType: config.require("instanceType"),
    vpcSecurityGroupIds: [config.require("securityGroupId")],
    // The image is the same for all: how much it may keep is told to each instance.
    userData: { redis: { entries: { "redis.conf": { content: redisConf } } } },
});

export const digest = image.digest;
export const amiId = ami.id;
export const instanceId = redis.id;
export const address = pulumi.interpolate`${redis.privateIp}:6379`;
