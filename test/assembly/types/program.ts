import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../../sdk";

/** Compiled, not run: what a program may write, and what the compiler refuses. */
const image = linuxkit.debian.packages(["redis-server"]);
const command = ["redis-server"];
const password = pulumi.secret("hunter2");
const port = pulumi.output(6379);

export const accepted: linuxkit.ServiceArgs = {
    name: "redis",
    image,
    command: ["redis-server", "--requirepass", password],
    env: [pulumi.interpolate`PASSWORD=${password}`],
    capabilities: ["CAP_CHOWN", pulumi.output("CAP_KILL" as const)],
    mounts: [{ type: "tmpfs", destination: pulumi.output("/x"), options: ["ro"] }],
    devices: [{ path: "/dev/console", type: "c", major: 5, minor: 1, mode: "0666" }],
    uid: pulumi.output("redis"),
    resources: { memory: { limit: "64 MB", swap: -1 }, cpu: pulumi.output({ shares: 10 }) },
    sysctl: { "net.core.somaxconn": pulumi.output("512") },
    runtime: { interfaces: [{ name: "wg0", add: "wireguard" }], bindNS: { net: "/run/netns/wg" } },
    healthcheck: { tcp: port, interval: "500ms" },
    dependsOn: pulumi.output(["db"]),
    stopTimeout: pulumi.output("10s" as const),
};

export const sources: readonly linuxkit.ContainerSource[] = [
    image,
    linuxkit.folder(pulumi.output("./redis")),
    linuxkit.debian.packages(pulumi.output(["redis-server"]), { suite: pulumi.output("trixie"), update: "always" }),
    linuxkit.dhcp().image,
    "redis:7-alpine",
    pulumi.output("redis:7-alpine"),
    linuxkit.oci.image(pulumi.secret("private.example/redis"), { update: pulumi.output("always" as const) }),
    linuxkit.oci.layout(pulumi.output("./layout"), "redis:7-alpine"),
    linuxkit.oci.archive("./redis.tar"),
];

export const upstream = new linuxkit.Assembly({
    kernel: { image: "linuxkit/kernel:6.12.59", cmdline: "", binary: "kernel", tar: "none", ucode: pulumi.output("u") },
    init: [{ name: "init", image: "linuxkit/init:v1" }],
    services: [{ name: "redis", image: "redis", "capabilities.add": ["CAP_KILL"], "binds.add": ["/a:/b"] }],
    volumes: [
        { name: "images", image: "busybox", format: "oci", platforms: ["linux/amd64", pulumi.output("linux/arm64")] },
    ],
});

export const base = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel({ families: ["qemu", "aws"], cmdline: pulumi.output("quiet") }),
    init: [linuxkit.debian.base({ runtime: "runc", getty: pulumi.output(true) })],
    onboot: [linuxkit.staticAddress({ interface: "eth0", address: pulumi.output("10.0.0.2/24") })],
    files: [{ path: "etc/password", contents: password, mode: "0600" }],
    volumes: [{ name: "data" }],
});
export const composed: linuxkit.Assembly = base.with({ services: [accepted] }).without({ onboot: ["static-address"] });

// @ts-expect-error a name is structure, so it is plain
export const outputName: linuxkit.ServiceArgs = { name: pulumi.output("redis"), image, command };
// @ts-expect-error a path is structure
export const outputPath: linuxkit.FileArgs = { path: pulumi.output("/etc/motd"), contents: "" };
// @ts-expect-error a section is structure
export const outputSection = base.with({ services: pulumi.output([accepted]) });
// @ts-expect-error a source is structure
export const outputSource: linuxkit.ServiceArgs = { name: "redis", image: pulumi.output(image), command };
// @ts-expect-error no such key
export const unknownKey: linuxkit.ServiceArgs = { name: "redis", image, command, helthcheck: { tcp: 1 } };
// @ts-expect-error a size has a unit
export const sizeWithoutUnit: linuxkit.MemoryArgs = { limit: "64" };
// @ts-expect-error a size is a number first
export const sizeInWords: linuxkit.MemoryArgs = { limit: "lots MB" };
// @ts-expect-error no such unit of time
export const durationInDays: linuxkit.HealthcheckArgs = { tcp: 1, interval: "1d" };
// @ts-expect-error no such capability
export const misspeltCapability: linuxkit.ContainerArgs = { name: "a", image, capabilities: ["CAP_FLY"] };
// @ts-expect-error only services have a life cycle
export const restartedOnboot: linuxkit.ContainerArgs = { name: "a", image, restart: "always" };
// @ts-expect-error an image is of a registry, a layout or an archive
export const imageFromNowhere: linuxkit.ServiceArgs = { name: "a", image: { type: "oci", from: "http", path: "a" } };
// @ts-expect-error a kernel is no container
export const kernelAsImage: linuxkit.ServiceArgs = { name: "a", image: linuxkit.debian.kernel().image, command };
// @ts-expect-error nothing but debian.kernel() and an image holds a kernel
export const folderAsKernel = base.with({ kernel: { image: linuxkit.folder("./kernel") } });
// @ts-expect-error an assembly says what it begins with, be it nothing
export const withoutInit = new linuxkit.Assembly({ kernel: linuxkit.debian.kernel() });
export const withoutKernel = new linuxkit.Assembly({ init: [linuxkit.debian.base()] });
// @ts-expect-error an assembly is a value
base.architecture = "arm64";
// @ts-expect-error and so are its sections
base.services.push(accepted);
