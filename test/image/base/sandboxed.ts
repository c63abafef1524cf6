import { debian, type ServiceArgs } from "../../../sdk";

export const image = debian.packages(["busybox-static"]);

export const shell = (...commands: readonly string[]): readonly string[] => [
    "/usr/bin/busybox",
    "sh",
    "-c",
    commands.join("\n"),
];

/** A field of the process that reads it. */
export const status = (field: string): string => `$(sed -n 's/^${field}:\\s*//p' /proc/self/status)`;

/** Runs once; what it prints last stands on the console. */
export function look(name: string, commands: readonly string[], keys: Partial<ServiceArgs> = {}): ServiceArgs {
    return { name, image, command: shell(...commands), restart: "never", ...keys };
}

/** A service that has each restriction, and looks at what is left to it. */
export const sandboxed: ServiceArgs = look(
    "sandboxed",
    [
        [
            `echo "$(id -u):$(id -g):$(id -G) ${status("CapEff")} ${status("CapBnd")} ${status("NoNewPrivs")}`,
            `${status("Seccomp")} $(hostname) $(cat /proc/sys/net/core/somaxconn) $(ulimit -n):$(ulimit -Hn) pid=$$`,
            `$(touch /x 2>/dev/null || echo read-only) $(touch /tmp/x && echo tmpfs) hosts=$(wc -c </etc/hosts)`,
            `$(unshare -U true 2>/dev/null || echo no-namespaces) $ODD"`,
        ].join(" "),
    ],
    {
        uid: 1234,
        gid: 5,
        additionalGids: [7],
        capabilities: ["CAP_CHOWN"],
        noNewPrivileges: true,
        seccomp: "default",
        uts: "new",
        hostname: "inside",
        net: "new",
        sysctl: { "net.core.somaxconn": "77" },
        rlimits: ["nofile,123,456"],
        readonly: true,
        tmpfs: ["/tmp:size=1m"],
        maskedPaths: ["/etc/hosts"],
        env: [`ODD="path": "rootfs" it's`],
    },
);

/** What it says on the console when all hold. */
export const sandboxedSays =
    "1234:5:5 7 0000000000000000 0000000000000001 1 2 inside 77 123:456 pid=1 read-only tmpfs hosts=0 no-namespaces" +
    ` "path": "rootfs" it's`;
