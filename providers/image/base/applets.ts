/**
 * What the kernel, init and programs that start others look for on the path. Debian's busybox shell finds every other
 * applet by itself, so that an interactive shell lacks none.
 */
const programs = {
    "usr/bin": [
        "cat",
        "chroot",
        "ip",
        "mount",
        "nc",
        "nsenter",
        "run-parts",
        "sh",
        "timeout",
        "true",
        "umount",
        "wget",
    ],
    "usr/sbin": ["halt", "init", "modprobe", "poweroff", "reboot"],
};

/** Link to target, both without a leading slash. */
export const appletLinks: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(programs).flatMap(([folder, names]) =>
        names.map((name) => [`${folder}/${name}`, folder === "usr/bin" ? "busybox" : "../bin/busybox"]),
    ),
);
