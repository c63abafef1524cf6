/**
 * Packages that others depend on for their maintainer scripts alone. As those scripts are not run, a dependency that
 * one of these meets counts as met, and the package is left out unless a declaration names it.
 */
export const SCRIPT_PACKAGES: ReadonlySet<string> = new Set([
    "adduser",
    "cdebconf",
    "debconf",
    "debconf-2.0",
    "debianutils",
    "dpkg",
    "init-system-helpers",
    "install-info",
    "lsb-base",
    "opensysusers",
    "passwd",
    "runit-helper",
    "sysuser-helper",
    "systemd-standalone-sysusers",
    "systemd-standalone-tmpfiles",
    "systemd-sysusers",
    "systemd-tmpfiles",
    "sysvinit-utils",
    "ucf",
    "update-inetd",
]);

/** The same, for single packages: what their maintainer scripts need and nothing else of them does. */
export const SCRIPT_DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
    "ca-certificates": ["openssl"],
};

/** What a kernel package depends on to be installed on a running system; an image is built without. */
export const KERNEL_PACKAGES: ReadonlySet<string> = new Set([
    "dracut",
    "initramfs-tools",
    "kmod",
    "linux-base",
    "linux-initramfs-tool",
]);
