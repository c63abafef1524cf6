import * as aws from "@pulumi/aws";
import * as linuxkit from "pulumi-linuxkit";

const vpc = new aws.ec2.Vpc("redis", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
const subnet = new aws.ec2.Subnet("redis", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
const gateway = new aws.ec2.InternetGateway("redis", { vpcId: vpc.id });
const routes = new aws.ec2.RouteTable("redis", {
    vpcId: vpc.id,
    routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
});
const route = new aws.ec2.RouteTableAssociation("redis", { subnetId: subnet.id, routeTableId: routes.id });
const inside = new aws.ec2.SecurityGroup("redis", {
    vpcId: vpc.id,
    ingress: [{ protocol: "tcp", fromPort: 6379, toPort: 6379, cidrBlocks: [vpc.cidrBlock] }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});

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
const ami = new linuxkit.aws.Image("redis-os", { image });

/** Waits until Redis answers in the guest. */
const primary = new linuxkit.aws.Instance(
    "primary",
    { ami, instanceType: "t3.micro", subnetId: subnet.id, vpcSecurityGroupIds: [inside.id] },
    { dependsOn: [route] },
);
/** The same AMI by @pulumi/aws's own resource. */
const second = new aws.ec2.Instance("second", {
    ami: ami.id,
    instanceType: "t3.micro",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [inside.id],
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
});

export const addresses = [primary.privateIp, second.privateIp];
