import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "pulumi-linuxkit";

const hostKeys = "/var/lib/ssh";
const authorizedKeys = "/run/config/ssh/authorized_keys";
const openssh = linuxkit.debian.packages(["openssh-server", "dash"]);

const sshd = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    onboot: [
        linuxkit.dhcp(),
        linuxkit.metadata(),
        linuxkit.persistentDisk({ label: "ssh", path: hostKeys }),
        {
            name: "host-keys",
            image: openssh,
            // Makes those that are missing, and each one whole.
            command: ["ssh-keygen", "-A"],
            binds: [`${hostKeys}:/etc/ssh`],
            readonly: true,
        },
    ],
    services: [
        {
            name: "sshd",
            image: openssh,
            command: [
                "/usr/sbin/sshd",
                "-D",
                "-e",
                ...["-f", "/dev/null"],
                ...["-o", `AuthorizedKeysFile=${authorizedKeys}`],
                ...["-o", "AuthenticationMethods=publickey"],
                ...["-o", "PidFile=none"],
            ],
            binds: [`${hostKeys}:/etc/ssh:ro`, `${authorizedKeys}:${authorizedKeys}:ro`],
            readonly: true,
            tmpfs: ["/tmp:size=16m"],
            // The port, the cell of those who are not yet known, the user's ids; the owner and the audit record of a terminal.
            capabilities: [
                "CAP_NET_BIND_SERVICE",
                "CAP_SYS_CHROOT",
                "CAP_SETUID",
                "CAP_SETGID",
                "CAP_CHOWN",
                "CAP_AUDIT_WRITE",
            ],
            noNewPrivileges: true,
            seccomp: "default",
            healthcheck: { tcp: 22 },
        },
    ],
});

const image = new linuxkit.Image("sshd", { assembly: sshd });
const disk = new linuxkit.qemu.Disk("host-keys", { size: "64 MB" });
const machine = new linuxkit.qemu.Machine("sshd", {
    image,
    disks: [{ disk }],
    ports: [{ guest: 22 }],
    // The image knows nobody: what may log in is told to each machine.
    userData: { ssh: { entries: { authorized_keys: { content: new pulumi.Config().require("authorizedKeys") } } } },
});

export const address = machine.endpoint(22);
