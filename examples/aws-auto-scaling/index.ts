import * as aws from "@pulumi/aws";
import * as linuxkit from "pulumi-linuxkit";

const redisOs = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel({ families: ["qemu", "aws"] }),
    init: [linuxkit.debian.base()],
    onboot: [linuxkit.dhcp(), linuxkit.metadata()],
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
// The version before stays until the group has replaced its machines, and one more for a way back.
const ami = new linuxkit.aws.Image("redis-os", { image, retain: 1 });

const vpc = aws.ec2.getVpcOutput({ default: true });
const subnets = aws.ec2.getSubnetsOutput({ filters: [{ name: "vpc-id", values: [vpc.id] }] });
const template = new aws.ec2.LaunchTemplate("redis", {
    imageId: ami.id,
    instanceType: "t3.micro",
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
    updateDefaultVersion: true,
});
const group = new aws.autoscaling.Group("redis", {
    minSize: 2,
    maxSize: 4,
    vpcZoneIdentifiers: subnets.ids,
    launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
    instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 50 } },
});

export const amiId = ami.id;
export const groupName = group.name;
