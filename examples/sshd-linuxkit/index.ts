import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "pulumi-linuxkit";

const config = new pulumi.Config();

export const assembly = new linuxkit.Assembly({
    kernel: { image: "linuxkit/kernel:6.12.59", cmdline: "console=tty0 console=ttyS0" },
    init: [
        { name: "init", image: "linuxkit/init:b5506cc74a6812dc40982cacfd2f4328f8a4b12a" },
        { name: "runc", image: "linuxkit/runc:9442aa234715e751a16144f1d4ae3fd1a00fd492" },
        { name: "containerd", image: "linuxkit/containerd:ba19f64efd3331a8fd0a33e00eabd14f6ee1780e" },
    ],
    onboot: [
        { name: "sysctl", image: "linuxkit/sysctl:43ac1d39da329c3567fcb9689e5ca99de6d169b6" },
        {
            name: "rngd",
            image: "linuxkit/rngd:984eb580ecb63986f07f626b61692a97aacd7198",
            command: ["/sbin/rngd", "-1"],
        },
    ],
    services: [
        { name: "dhcpcd", image: "linuxkit/dhcpcd:b87e9ececac55a65eaa592f4dd8b4e0c3009afdb" },
        {
            name: "sshd",
            image: "linuxkit/sshd:08e5d4a46603eff485d5d1b14001cc932a530858",
            "binds.add": ["/root/.ssh:/root/.ssh"],
        },
    ],
    files: [
        {
            path: "root/.ssh/authorized_keys",
            contents: config.requireSecret("authorizedKeys"),
            mode: "0600",
        },
    ],
});

const image = new linuxkit.Image("sshd", { assembly, readiness: { tcp: 22 } });
export const digest = image.digest;

const machine = new linuxkit.qemu.Machine("sshd", { image, memory: "1 GB", ports: [{ guest: 22 }] });
export const address = machine.endpoint(22);
