import type * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../../sdk";

const kernel = linuxkit.debian.kernel();
const init = [linuxkit.debian.base()];
const path = "/var/lib/redis";

const redisOs = new linuxkit.Assembly({
    kernel,
    init,
    onboot: [linuxkit.dhcp(), linuxkit.persistentDisk({ label: "redis", path })],
    services: [
        {
            name: "redis",
            image: linuxkit.debian.packages(["redis-server"]),
            command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", path],
            binds: [`${path}:${path}`],
            healthcheck: { tcp: 6379 },
        },
    ],
    files: [{ path: "/etc/motd", contents: "recorded" }],
});

const image = new linuxkit.Image("redis-os", { assembly: redisOs });
const amiOs = new linuxkit.Image("ami-os", {
    assembly: new linuxkit.Assembly({ kernel, init, onboot: [linuxkit.dhcp(), linuxkit.metadata()] }),
});
const regional = new linuxkit.aws.RegionalImages("regional", {
    image: amiOs,
    regions: ["eu-central-1", "us-east-1"],
    name: "regional",
});

/** One of each type at least, with arguments that are resolved and recorded. */
export const resources: readonly pulumi.CustomResource[] = [
    image,
    amiOs,
    new linuxkit.qemu.Disk("data", { size: "64 MB" }),
    new linuxkit.qemu.Machine("redis", { image, memory: "256 MB", ports: [{ guest: 6379 }] }),
    new linuxkit.ImageFile("qcow2", { image: amiOs, format: "qcow2-bios", path: "build/ami-os.qcow2" }),
    new linuxkit.aws.Image("legacy", {
        image: amiOs,
        tags: { team: "storage" },
        launchPermissions: { accounts: ["222222222222"] },
        deprecateAt: "2035-01-31T00:00:00Z",
        retain: 2,
        timeouts: { create: "1h" },
    }),
    new linuxkit.aws.Image("uefi", { image: amiOs, bootMode: "uefi", kmsKey: key("eu-central-1"), size: "2 GB" }),
    ...Object.values(regional.images),
];

function key(region: string): string {
    return `arn:aws:kms:${region}:111111111111:key/11111111-2222-3333-4444-555555555555`;
}
